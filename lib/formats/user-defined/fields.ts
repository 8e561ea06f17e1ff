import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readCookieHeader, readSetCookieHeader } from "../cookies";
import { readLogDate, type WallClock } from "../dates";
import { integerUpTo, mostMs } from "../digits";
import { type Moment, momentOf } from "../json-members";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { rejected } from "../rejection";
import {
  addCorrelationId,
  fillRequestLine,
  fillTarget,
  hostWithoutPort,
  requestStartedAt,
  setDuration,
  splitAddress,
} from "../request-fact";

/** What the fields of one line have said so far. */
export interface Draft {
  clock: WallClock;
  request: RequestLine;
  started: Moment | null;
  ended: Moment | null;
  durationMs: number | null;
  attempts: string[];
}

/** Puts a value in its place; answers what had been expected there, or null. */
export type Assign = (draft: Draft, value: string) => string | null;

function text(store: (request: RequestLine, value: string) => void): Assign {
  return ({ request }, value) => {
    store(request, value);
    return null;
  };
}

function number(most: number, store: (request: RequestLine, value: number) => void): Assign {
  return ({ request }, value) => {
    const read = integerUpTo(most, value);
    if (read === null) return "a whole number";
    store(request, read);
    return null;
  };
}

function duration(unitMs: number): Assign {
  return (draft, value) => {
    const ms = Number(value) * unitMs;
    if (!(ms >= 0 && ms < mostMs)) return "a duration";
    draft.durationMs = Math.round(ms * 1000) / 1000;
    return null;
  };
}

function date(which: "started" | "ended"): Assign {
  return (draft, value) => {
    const log = readLogDate(value, 0, draft.clock);
    const read = momentOf(value, draft.clock) ?? (log?.end === value.length ? log : null);
    if (!read) return "a date (RFC 3339, 21/Nov/2026:08:12:32 +0000, or seconds since 1970)";
    draft[which] = read;
    return null;
  };
}

const most = Number.MAX_SAFE_INTEGER;

/** The contract's names of a request's fields, and where each goes. */
const fields: Readonly<Record<string, Assign>> = {
  startedAt: date("started"),
  endedAt: date("ended"),
  durationMs: duration(1),
  durationUs: duration(0.001),
  durationS: duration(1000),
  lb: text((request, value) => {
    request.lb = value;
  }),
  listener: text((request, value) => {
    request.listener = value;
  }),
  pool: text((request, value) => {
    request.pool = value;
  }),
  node: text((request, value) => {
    request.node = value;
  }),
  nodeAddress: text((request, value) => {
    request.nodeAddress = value;
  }),
  attempts: (draft, value) => {
    draft.attempts = value.split(/[\s,|]+/, 64).filter((each) => each !== "" && each !== "-");
    return null;
  },
  client: text((request, value) => {
    request.client = splitAddress(value);
  }),
  clientIp: text((request, value) => {
    request.client.ip = ipAddressOf(value);
  }),
  clientPort: number(65_535, (request, value) => {
    request.client.port = value;
  }),
  request: text(fillRequestLine),
  method: text((request, value) => {
    request.method = value;
  }),
  url: text(fillTarget),
  path: text((request, value) => {
    request.path = value;
  }),
  query: text((request, value) => {
    request.query = value.replace(/^\?/, "");
  }),
  host: text((request, value) => {
    request.host = hostWithoutPort(value);
  }),
  protocol: text((request, value) => {
    request.protocol = value;
  }),
  status: number(999, (request, value) => {
    request.status = value || null;
  }),
  backendStatus: number(999, (request, value) => {
    request.backendStatus = value || null;
  }),
  bytesIn: number(most, (request, value) => {
    request.bytesIn = value;
  }),
  bytesOut: number(most, (request, value) => {
    request.bytesOut = value;
  }),
  userAgent: text((request, value) => {
    request.userAgent = value;
  }),
  tlsProtocol: text((request, value) => {
    request.tls.protocol = value;
  }),
  tlsCipher: text((request, value) => {
    request.tls.cipher = value;
  }),
  correlationId: text(addCorrelationId),
  cookies: text((request, value) => readCookieHeader(value, request.cookies)),
  setCookies: text((request, value) => readSetCookieHeader(value, request.setCookies)),
  presented: text((request, value) => {
    request.persistence.presented = value;
  }),
  inserted: text((request, value) => {
    request.persistence.inserted = value;
  }),
  state: text((request, value) => {
    request.persistence.state = value;
  }),
  termination: text((request, value) => {
    request.termination = value;
  }),
  retries: number(1_000_000, (request, value) => {
    request.retries = value;
  }),
  redispatched: ({ request }, value) => {
    if (!/^(?:true|false|0|1|yes|no)$/i.test(value)) return "true or false";
    request.redispatched = /^(?:true|1|yes)$/i.test(value);
    return null;
  },
};

/**
 * The place of a field: one of the contract's names; `cookie_NAME`,
 * `setCookie_NAME`, `header_NAME`, `responseHeader_NAME` (with `_` for `-` in
 * headers); `capture_NAME` for anything else that the source's rules refer to. Null for another.
 */
export function fieldAssign(name: string): Assign | null {
  const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (own) return own;
  const family = /^(cookie|setCookie|header|responseHeader|capture)_(.+)$/.exec(name);
  const rest = family?.[2];
  if (!rest) return null;
  const header = rest.replaceAll("_", "-");
  switch (family[1]) {
    case "cookie":
      return text((request, value) => {
        request.cookies[rest] = value;
      });
    case "setCookie":
      return text((request, value) => {
        request.setCookies[rest] = value;
      });
    case "header":
      return text((request, value) => addRequestHeader(request, header, value));
    case "responseHeader":
      return text((request, value) => addResponseHeader(request, header, value));
    default:
      return text((request, value) => {
        request.captures[rest] = value;
      });
  }
}

export const fieldNames: readonly string[] = Object.keys(fields);

export function newDraft(clock: WallClock): Draft {
  return {
    clock,
    request: requestStartedAt(0, 1),
    started: null,
    ended: null,
    durationMs: null,
    attempts: [],
  };
}

/** The request that the draft tells of. */
export function finished(draft: Draft, headerAt: number | null, host: string | null): ParsedLine {
  const { request, durationMs } = draft;
  const end = draft.ended ?? (headerAt === null ? null : { at: headerAt, resolutionMs: 1000 });
  if (draft.started) {
    request.startedAt = draft.started.at;
    request.resolutionMs = draft.started.resolutionMs;
    const lasted = draft.ended ? Math.max(0, draft.ended.at - draft.started.at) : null;
    setDuration(request, durationMs ?? lasted);
    if (draft.ended) request.endedAt = draft.ended.at;
  } else if (end) {
    request.startedAt = Math.round((end.at - (durationMs ?? 0)) * 1000) / 1000;
    request.resolutionMs = end.resolutionMs;
    request.durationMs = durationMs;
    request.endedAt = end.at;
  } else return rejected('field "startedAt": missing, the line tells no time');
  request.lb ??= host;
  const tried =
    draft.attempts.length > 0 ? draft.attempts : request.node === null ? [] : [request.node];
  request.node ??= tried.at(-1) ?? null;
  request.attempts = tried.map((node, index) => ({
    node,
    status: index === tried.length - 1 ? request.backendStatus : null,
    durationMs: null,
  }));
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}
