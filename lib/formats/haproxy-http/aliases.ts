import { ipAddressOf } from "../addresses";
import { readEpochSeconds, readLogDate } from "../dates";
import { integer, mostMs } from "../digits";
import { addCorrelationId, fillRequestLine, fillTarget } from "../request-fact";
import type { Shape, Slot } from "../template";
import type { Draft } from "./draft";
import { addHeaders } from "./httplog";
import { addCaptured, decoded } from "./values";

type Assign = Slot<Draft>["assign"];

interface Alias {
  shape: Shape;
  assign: Assign;
  begins?: string;
  /** With `%{+X}` this value is written in hexadecimal. */
  hex?: "number" | "address";
}

/** A number of milliseconds, `-1` for a phase that was never reached, `+` before one that is not final. */
function timer(store: (draft: Draft, ms: number) => void): Alias {
  return {
    shape: "text",
    assign: (draft, value) => {
      const ms = integer(value);
      if (ms === null || ms > mostMs) return "milliseconds or -1";
      if (ms >= 0) store(draft, ms);
      return null;
    },
  };
}

function count(
  store: (draft: Draft, value: number, raw: string) => void,
  most = Number.MAX_SAFE_INTEGER,
): Alias {
  return {
    shape: "text",
    assign: (draft, value) => {
      const number = integer(value);
      if (number === null || number > most) return "a number";
      store(draft, number, value);
      return null;
    },
  };
}

/** A port, the milliseconds: the counts that `%{+X}` writes in hexadecimal. */
function hexCount(store: (draft: Draft, value: number) => void): Alias {
  return { ...count(store, 65_535), hex: "number" };
}

function text(store: (draft: Draft, value: string) => void): Alias {
  return {
    shape: "text",
    assign: (draft, value) => {
      store(draft, value);
      return null;
    },
  };
}

/** A part of the request line, in which HAProxy encodes what could break the log. */
function requestPart(
  isOne: RegExp,
  expected: string,
  store: (draft: Draft, value: string) => void,
): Alias {
  return {
    shape: "text",
    assign: (draft, value) => {
      if (value.startsWith("<")) return null;
      if (!isOne.test(value)) return expected;
      store(draft, decoded(value));
      return null;
    },
  };
}

const target = requestPart(/^(?:\/|\*|[\w.+-]+:)/, "a path", (draft, value) =>
  fillTarget(draft.request, value),
);

function address(store: (draft: Draft, value: string) => void): Alias {
  return { ...text(store), shape: "address", hex: "address" };
}

function date(field: "accepted" | "began"): Alias {
  return {
    shape: "date",
    assign: (draft, value) => {
      const read = readLogDate(value, 0, draft.context.clock);
      if (!read || read.end !== value.length) return "day/Month/year:h:m:s";
      draft[field] = { at: read.at, resolutionMs: read.resolutionMs };
      return null;
    },
  };
}

function captured(name: string): Alias {
  return text((draft, value) => {
    draft.request.captures[name] = value;
  });
}

function headers(block: number): Alias {
  return {
    shape: "block",
    assign: (draft, value) => {
      const braced = value.startsWith("{");
      if (braced && !value.endsWith("}")) return "captured headers in braces";
      if (value.length > 2) addHeaders(draft.request, block, braced ? value.slice(1, -1) : value);
      return null;
    },
  };
}

function headerList(block: number): Alias {
  return {
    shape: "quotes",
    assign: (draft, value) => {
      const values = value.startsWith('"') ? value.slice(1, -1).split('" "') : value.split(" ");
      addHeaders(draft.request, block, values.map((each) => (each === "-" ? "" : each)).join("|"));
      return null;
    },
  };
}

function flags(): Alias {
  return {
    shape: "text",
    assign: (draft, value) => {
      if (!/^[A-Za-z-]{2}(?:[A-Za-z-]{2})?$/.test(value)) return "2 or 4 termination flags";
      draft.request.termination = value;
      if (value.length === 4) draft.request.persistence.state = value.slice(2);
      return null;
    },
  };
}

const frontend = (draft: Draft, value: string) => {
  draft.request.listener = value.endsWith("~") ? value.slice(0, -1) : value;
};

/** Every variable of the manual's table "log-format variables" (section 8.2.6, versions 2.0 to 3.3). */
export const aliases: Readonly<Record<string, Alias>> = {
  B: count((draft, value) => {
    draft.request.bytesOut = value >= 0 ? value : null;
  }),
  CC: text((draft, value) => addCaptured(draft.request.cookies, value)),
  CS: text((draft, value) => addCaptured(draft.request.setCookies, value)),
  H: text((draft, value) => {
    draft.request.lb = value;
  }),
  HM: requestPart(/^[A-Za-z_-]{1,32}$/, "a method", (draft, value) => {
    draft.request.method = value;
  }),
  HP: { ...target, begins: "/" },
  HPO: { ...target, begins: "/" },
  HQ: {
    ...requestPart(/^/, "a query", (draft, value) => {
      draft.request.query = value.startsWith("?") ? value.slice(1) : value;
    }),
    begins: "?",
  },
  HU: { ...target, begins: "/" },
  HV: requestPart(/^HTTP\//, "HTTP/ and a version", (draft, value) => {
    draft.request.protocol = value;
  }),
  ID: text((draft, value) => addCorrelationId(draft.request, value)),
  OG: captured("%OG"),
  ST: count((draft, value) => {
    draft.request.status = value > 0 ? value : null;
  }, 999),
  T: date("accepted"),
  Ta: timer((draft, ms) => {
    draft.active = ms;
  }),
  Tc: timer(() => {}),
  Td: timer(() => {}),
  Th: timer((draft, ms) => {
    draft.handshake = ms;
  }),
  Ti: timer((draft, ms) => {
    draft.idle = ms;
  }),
  Tl: date("accepted"),
  Tq: timer(() => {}),
  TR: timer(() => {}),
  Tr: {
    shape: "text",
    assign: (draft, value) => {
      const ms = integer(value);
      if (ms === null) return "milliseconds or -1";
      draft.response = ms;
      return null;
    },
  },
  Ts: {
    shape: "text",
    hex: "number",
    assign: (draft, value) => {
      const read = readEpochSeconds(value);
      if (!read) return "seconds since 1970";
      draft.accepted ??= read;
      return null;
    },
  },
  Tt: timer((draft, ms) => {
    draft.total = ms;
  }),
  Tu: timer((draft, ms) => {
    draft.fromFirstByte = ms;
  }),
  Tw: timer(() => {}),
  U: count((draft, value) => {
    draft.request.bytesIn = value >= 0 ? value : null;
  }),
  ac: count(() => {}),
  b: text((draft, value) => {
    draft.request.pool = value;
  }),
  bc: count(() => {}),
  bi: address(() => {}),
  bp: hexCount(() => {}),
  bq: count(() => {}),
  ci: address((draft, value) => {
    draft.request.client.ip = ipAddressOf(value);
  }),
  cp: hexCount((draft, value) => {
    draft.request.client.port = value;
  }),
  f: text(frontend),
  fc: count(() => {}),
  fi: address(() => {}),
  fp: hexCount(() => {}),
  ft: text(frontend),
  hr: headers(0),
  hrl: headerList(0),
  hs: headers(1),
  hsl: headerList(1),
  lc: captured("%lc"),
  ms: hexCount((draft, value) => {
    draft.millis = value;
  }),
  pid: captured("%pid"),
  r: {
    shape: "request",
    assign: (draft, value) => {
      fillRequestLine(draft.request, decoded(value));
      return null;
    },
  },
  rc: count((draft, value, raw) => {
    draft.request.retries = value;
    draft.request.redispatched = raw.startsWith("+");
  }, 32_767),
  rt: captured("%rt"),
  s: text((draft, value) => {
    draft.server = value;
  }),
  sc: count(() => {}),
  si: address((draft, value) => {
    draft.serverAddress = value;
  }),
  sp: hexCount((draft, value) => {
    draft.serverPort = String(value);
  }),
  sq: count(() => {}),
  sslc: text((draft, value) => {
    draft.request.tls.cipher = value;
  }),
  sslv: text((draft, value) => {
    draft.request.tls.protocol = value;
  }),
  t: date("accepted"),
  tr: date("began"),
  trg: date("began"),
  trl: date("began"),
  ts: flags(),
  tsc: flags(),
};

/** A number or an address that `%{+X}` wrote in hexadecimal, as it is otherwise. */
export function fromHex(value: string, kind: "number" | "address"): string {
  if (!/^[\dA-Fa-f]{1,32}$/.test(value)) return value;
  if (kind === "number") return value.length > 12 ? value : String(Number.parseInt(value, 16));
  if (value.length === 8) {
    return [0, 2, 4, 6].map((at) => Number.parseInt(value.slice(at, at + 2), 16)).join(".");
  }
  return value.length === 32 ? (value.match(/.{4}/g)?.join(":").toLowerCase() ?? value) : value;
}
