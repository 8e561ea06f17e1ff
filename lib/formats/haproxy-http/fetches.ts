import { readCookieHeader, readSetCookieHeader } from "../cookies";
import { correlationIdByShape, correlationIdOf } from "../correlation";
import { integerUpTo, statusCode } from "../digits";
import { addCorrelationId, fillTarget, hostWithoutPort } from "../request-fact";
import type { Slot } from "../template";
import { aliases } from "./aliases";
import type { Draft } from "./draft";

/** A sample expression's parts: `req.hdr(X-Request-ID),lower` is the fetch `req.hdr`, its argument, and converters. */
export interface Expression {
  fetch: string;
  argument: string | null;
  /** The fetch with its argument, without converters. */
  base: string;
  converters: string;
}

/** Splits a sample expression at the commas that stand outside parentheses and quotes. */
export function readExpression(text: string): Expression {
  let depth = 0;
  let end = text.length;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "," && depth === 0) {
      end = at;
      break;
    }
  }
  const base = text.slice(0, end).trim();
  const open = base.indexOf("(");
  const argument = open < 0 ? "" : base.slice(open + 1, base.lastIndexOf(")")).trim();
  return {
    fetch: (open < 0 ? base : base.slice(0, open)).trim().toLowerCase(),
    argument: argument === "" ? null : argument.replace(/^["']|["']$/g, ""),
    base,
    converters: text.slice(end + 1).trim(),
  };
}

type Assign = Slot<Draft>["assign"];

/** Fetches that say the same as a variable of the log-format. */
const sameAs: Readonly<Record<string, string>> = {
  src: "ci",
  src_port: "cp",
  fe_name: "f",
  be_name: "b",
  srv_name: "s",
  method: "HM",
  path: "HP",
  pathq: "HU",
  url: "HU",
  query: "HQ",
  "capture.req.method": "HM",
  "capture.req.uri": "HU",
  "capture.req.ver": "HV",
  "txn.status": "ST",
  status: "ST",
  "unique-id": "ID",
  hostname: "H",
  bytes_in: "U",
  bytes_out: "B",
  "req.bytes_in": "U",
  "res.bytes_in": "B",
  "txn.sess_term_state": "tsc",
  "txn.timer.total": "Ta",
  "txn.timer.user": "Tu",
  "fc.timer.total": "Tt",
  "fc.timer.handshake": "Th",
  "req.timer.idle": "Ti",
  "req.timer.tq": "Tq",
  "req.timer.hdr": "TR",
  "req.timer.queue": "Tw",
  "bc.timer.connect": "Tc",
  "res.timer.hdr": "Tr",
  "res.timer.data": "Td",
  bc_dst: "si",
  bc_dst_port: "sp",
  ssl_fc_protocol: "sslv",
  ssl_fc_cipher: "sslc",
};

const requestHeader = new Set(["req.hdr", "req.fhdr", "req_hdr", "hdr", "fhdr", "capture.req.hdr"]);
const responseHeader = new Set(["res.hdr", "res.fhdr", "shdr", "sfhdr", "capture.res.hdr"]);
const requestCookie = new Set(["req.cook", "cook", "req_cook", "cookie"]);
const responseCookie = new Set(["res.cook", "scook", "res_cook", "set-cookie"]);
const dates: Readonly<Record<string, "accepted" | "began" | "written">> = {
  accept_date: "accepted",
  request_date: "began",
  date: "written",
};

/** What a `%[expression]` says of the request; one that has no place of its own becomes a capture under its name. */
export function fetchSlot(text: string): Slot<Draft> {
  const expression = readExpression(text);
  const name = `%[${text}]`;
  const alias = sameAs[expression.fetch];
  // A converter may have changed the value beyond reading, except those that only change its letters.
  const isPlain = /^(?:(?:lower|upper|json\([^)]*\)|json)(?:,|$))*$/.test(expression.converters);
  if (alias && isPlain) {
    const same = aliases[alias];
    if (same) return { name, shape: "text", assign: same.assign };
  }
  return { name, shape: "text", assign: assignOf(expression, isPlain) };
}

function assignOf(expression: Expression, isPlain: boolean): Assign {
  const { fetch, argument } = expression;
  const header = argument?.split(",", 1)[0]?.trim().toLowerCase() ?? null;
  if (isPlain && header && requestHeader.has(fetch) && !isIndex(header)) {
    return (draft, value) => setRequestHeader(draft, header, value);
  }
  if (isPlain && header && responseHeader.has(fetch) && !isIndex(header)) {
    return (draft, value) => setResponseHeader(draft, header, value);
  }
  const cookie = argument?.split(",", 1)[0]?.trim();
  if (isPlain && cookie && requestCookie.has(fetch)) {
    return (draft, value) => {
      draft.request.cookies[cookie] = value;
      return null;
    };
  }
  if (isPlain && cookie && responseCookie.has(fetch)) {
    return (draft, value) => {
      draft.request.setCookies[cookie] = value;
      return null;
    };
  }
  if (fetch === "txn.redispatched") {
    return (draft, value) => {
      draft.request.redispatched = value === "1" || value === "true";
      return null;
    };
  }
  if (fetch === "req.ver" || fetch === "req_ver") {
    return (draft, value) => {
      draft.request.protocol = value.startsWith("HTTP/") ? value : `HTTP/${value}`;
      return null;
    };
  }
  if (fetch === "txn.conn_retries") {
    return (draft, value) => {
      draft.request.retries = integerUpTo(32_767, value);
      return draft.request.retries === null ? "a number" : null;
    };
  }
  if (fetch === "server_status") {
    return (draft, value) => {
      draft.request.backendStatus = statusCode(value);
      return null;
    };
  }
  const moment = dates[fetch];
  if (moment && isPlain) return (draft, value) => setMoment(draft, moment, value);
  return (draft, value) => capture(draft, expression, value);
}

function isIndex(argument: string): boolean {
  return /^\d+$/.test(argument);
}

/** Seconds, milliseconds or microseconds since 1970, told apart by their length. */
function setMoment(
  draft: Draft,
  moment: "accepted" | "began" | "written",
  value: string,
): string | null {
  const seconds = /^\d{9,16}(?:\.\d{1,6})?$/.test(value) ? Number(value) : null;
  if (seconds === null) return "a time since 1970";
  const digits = value.split(".", 1)[0]?.length ?? 0;
  const scale = digits > 14 ? 1e-6 : digits > 11 ? 1e-3 : 1;
  draft[moment] = {
    at: Math.round(seconds * scale * 1e6) / 1e3,
    resolutionMs: digits > 14 ? 0.001 : digits > 11 ? 1 : 1000,
  };
  return null;
}

function setRequestHeader(draft: Draft, header: string, value: string): null {
  const { request } = draft;
  if (header === "cookie") readCookieHeader(value, request.cookies);
  else if (header === "user-agent") request.userAgent = value;
  else if (header === "host") request.host ??= hostWithoutPort(value);
  else request.headers[header] = value;
  addCorrelationId(request, correlationIdOf(header, value));
  return null;
}

function setResponseHeader(draft: Draft, header: string, value: string): null {
  const { request } = draft;
  if (header === "set-cookie") readSetCookieHeader(value, request.setCookies);
  else request.responseHeaders[header] = value;
  addCorrelationId(request, correlationIdOf(header, value));
  return null;
}

function capture(draft: Draft, expression: Expression, value: string): null {
  const { request } = draft;
  const { base, converters } = expression;
  const taken = Object.hasOwn(request.captures, base);
  request.captures[taken && converters !== "" ? `${base},${converters}` : base] = value;
  addCorrelationId(request, correlationIdByShape(value));
  if (expression.fetch === "base") {
    const slash = value.indexOf("/");
    request.host ??= hostWithoutPort(slash < 0 ? value : value.slice(0, slash));
    if (slash >= 0) fillTarget(request, value.slice(slash));
  }
  return null;
}
