import { ipAddressOf } from "../addresses";
import { correlationIdByShape } from "../correlation";
import { readLogDate } from "../dates";
import { integerUpTo, mostMs } from "../digits";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { addCorrelationId, fillRequestLine, hostWithoutPort } from "../request-fact";
import { readFractionPart, strftimeReader } from "../strftime";
import type { Shape, Slot } from "../template";
import type { Draft } from "./draft";

type Assign = Slot<Draft>["assign"];
type DraftSlot = Slot<Draft>;

function slot(name: string, shape: Shape, assign: Assign): DraftSlot {
  return { name, shape, assign };
}

function text(name: string, store: (draft: Draft, value: string) => void): DraftSlot {
  return slot(name, "text", (draft, value) => {
    store(draft, value);
    return null;
  });
}

function number(
  name: string,
  store: (draft: Draft, value: number) => void,
  most?: number,
): DraftSlot {
  return slot(name, "digits", (draft, value) => {
    const read = integerUpTo(most ?? Number.MAX_SAFE_INTEGER, value);
    if (read === null) return "a whole number";
    store(draft, read);
    return null;
  });
}

function duration(name: string, unitMs: number): DraftSlot {
  return slot(name, "digits", (draft, value) => {
    const ms = Number(value) * unitMs;
    if (!(ms >= 0 && ms < mostMs)) return "a duration";
    // The finest of several says it best.
    if (draft.durationMs === null || !Number.isInteger(ms / 1000)) draft.durationMs = ms;
    return null;
  });
}

/** `http://10.0.0.1:80` as `10.0.0.1:80`, `balancer://shop` as `shop`. */
function withoutScheme(url: string): string {
  const scheme = url.indexOf("://");
  const rest = scheme < 0 ? url : url.slice(scheme + 3);
  const slash = rest.indexOf("/");
  return slash < 0 ? rest : rest.slice(0, slash);
}

const plain: Readonly<Record<string, (name: string) => DraftSlot>> = {
  h: (name) =>
    slot(name, "address", (draft, value) => {
      draft.request.client.ip = ipAddressOf(value);
      return null;
    }),
  a: (name) =>
    slot(name, "address", (draft, value) => {
      draft.request.client.ip = ipAddressOf(value);
      return null;
    }),
  l: (name) => text(name, () => {}),
  u: (name) => text(name, () => {}),
  r: (name) =>
    slot(name, "request", (draft, value) => {
      fillRequestLine(draft.request, value);
      return null;
    }),
  s: (name) =>
    number(
      name,
      (draft, value) => {
        draft.request.status = value === 0 ? null : value;
      },
      999,
    ),
  b: (name) =>
    number(name, (draft, value) => {
      draft.request.bytesOut ??= value;
    }),
  O: (name) =>
    number(name, (draft, value) => {
      draft.request.bytesOut = value;
    }),
  I: (name) =>
    number(name, (draft, value) => {
      draft.request.bytesIn = value;
    }),
  D: (name) => duration(name, 0.001),
  T: (name) => duration(name, 1000),
  m: (name) =>
    text(name, (draft, value) => {
      draft.request.method = value;
    }),
  U: (name) =>
    text(name, (draft, value) => {
      draft.request.path = value;
    }),
  q: (name) => ({
    ...text(name, (draft, value) => {
      draft.request.query = value.replace(/^\?/, "");
    }),
    begins: "?",
  }),
  H: (name) =>
    text(name, (draft, value) => {
      draft.request.protocol = value;
    }),
  v: (name) =>
    text(name, (draft, value) => {
      draft.request.listener = value;
    }),
  V: (name) =>
    text(name, (draft, value) => {
      draft.request.host ??= hostWithoutPort(value);
    }),
  p: (name) => number(name, () => {}),
  P: (name) => number(name, () => {}),
  k: (name) => number(name, () => {}),
  S: (name) => number(name, () => {}),
};
const alike: Readonly<Record<string, string>> = { B: "b" };

/** The variables that mod_proxy_balancer, mod_unique_id and mod_ssl set. */
const environment: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  BALANCER_SESSION_STICKY: () => {},
  BALANCER_SESSION_ROUTE: (draft, value) => {
    draft.request.persistence.presented = value;
  },
  BALANCER_NAME: (draft, value) => {
    draft.request.pool = withoutScheme(value);
  },
  BALANCER_WORKER_NAME: (draft, value) => {
    draft.worker = withoutScheme(value);
  },
  BALANCER_WORKER_ROUTE: (draft, value) => {
    draft.route = value;
  },
  UNIQUE_ID: (draft, value) => addCorrelationId(draft.request, value),
  SSL_PROTOCOL: (draft, value) => {
    draft.request.tls.protocol = value;
  },
  SSL_CIPHER: (draft, value) => {
    draft.request.tls.cipher = value;
  },
};

/**
 * What the directive `%{argument}letter` says; null where Apache knows no such one.
 * Source: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
export function directiveSlot(letter: string, argument: string | null): DraftSlot | null {
  const name = argument === null ? `%${letter}` : `%{${argument}}${letter}`;
  if (letter === "t") return timeSlot(name, argument);
  if (argument === null) {
    const known = plain[alike[letter] ?? letter];
    if (known) return known(name);
    return /^[A-Za-z]|\^F[UB]$/.test(letter) ? captured(name) : null;
  }
  switch (letter) {
    case "i":
      return text(name, (draft, value) => {
        if (argument.toLowerCase() === "host") draft.request.host = hostWithoutPort(value);
        else addRequestHeader(draft.request, argument, value);
      });
    case "o":
      return text(name, (draft, value) => addResponseHeader(draft.request, argument, value));
    case "C":
      return text(name, (draft, value) => {
        draft.request.cookies[argument] = value;
      });
    case "e":
    case "x": {
      const store = environment[argument];
      return store ? text(name, store) : captured(name);
    }
    case "a":
    case "h":
      return argument === "c" ? captured(name) : (plain.a?.(name) ?? null);
    case "p":
      return number(
        name,
        (draft, value) => {
          if (argument === "remote") draft.request.client.port = value;
        },
        65_535,
      );
    case "T":
      return duration(name, argument === "us" ? 0.001 : argument === "ms" ? 1 : 1000);
    default:
      return /^(?:[A-Za-z]|\^t[io])$/.test(letter) ? captured(name) : null;
  }
}

function captured(name: string): DraftSlot {
  return text(name, (draft, value) => {
    draft.request.captures[name] = value;
    addCorrelationId(draft.request, correlationIdByShape(value));
  });
}

/** `[18/Sep/2011:19:18:28 -0400]`; its brackets belong to the text around it. */
function timeSlot(name: string, argument: string | null): DraftSlot {
  if (argument === null) {
    return slot(name, "date", (draft, value) => {
      const read = readLogDate(value, 0, draft.clock);
      if (!read || read.end !== value.length) return "day/Month/year:h:m:s zone";
      draft.began = read;
      return null;
    });
  }
  const isEnd = argument.startsWith("end:") || argument === "end";
  const format = argument.replace(/^(?:begin|end):?/, "");
  const partsOf = (draft: Draft) => (isEnd ? draft.endParts : draft.beginParts);
  if (format === "usec_frac" || format === "msec_frac") {
    return slot(name, "digits", (draft, value) =>
      readFractionPart(value, partsOf(draft)) ? null : "a fraction of a second",
    );
  }
  const unitMs = { sec: 1000, msec: 1, usec: 0.001 }[format];
  if (unitMs !== undefined) {
    return slot(name, "digits", (draft, value) => {
      const since = Number(value);
      if (!(since > 0)) return "a time since 1970";
      const at = Math.round(since * unitMs * 1000) / 1000;
      if (isEnd) draft.ended = { at, resolutionMs: unitMs };
      else draft.began = { at, resolutionMs: unitMs };
      return null;
    });
  }
  if (format === "") {
    return slot(name, "date", (draft, value) => {
      const read = readLogDate(value, 0, draft.clock);
      if (!read || read.end !== value.length) return "day/Month/year:h:m:s zone";
      if (isEnd) draft.ended = read;
      else draft.began = read;
      return null;
    });
  }
  const reader = strftimeReader(format);
  return slot(name, "text", (draft, value) =>
    reader(value, partsOf(draft)) ? null : `a date as ${format}`,
  );
}
