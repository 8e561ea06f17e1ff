import { isDigit } from "../digits";
import { decodedDefault } from "../escapes";
import { type Piece, type Slot, templateOf } from "../template";
import { type Draft, isAddress } from "./draft";
import { readLogFormat } from "./log-format";
import { isKnownVariable, variableSlot } from "./variables";

/** Short names that are put before appended values, after NGINX's guide to logging for performance monitoring. */
const shortNames: Readonly<Record<string, string>> = {
  rt: "request_time",
  uct: "upstream_connect_time",
  uht: "upstream_header_time",
  urt: "upstream_response_time",
  us: "upstream_status",
  rid: "request_id",
  tp: "http_traceparent",
  traceparent: "http_traceparent",
};

/** What ingress-nginx appends to the combined format by default (`upstreaminfo`). */
const ingress = templateOf(ingressPieces(" [$proxy_alternative_upstream_name]"), {
  mergesSpaces: false,
});
/** The same of controllers before 0.21, which knew no canaries. */
const olderIngress = templateOf(ingressPieces(""), { mergesSpaces: false });

function ingressPieces(alternative: string): Piece<Draft>[] {
  return readLogFormat({
    text: `$request_length $request_time [$proxy_upstream_name]${alternative} $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id`,
    escape: "default",
  });
}

/** The format of the tail where ingress-nginx's `462 0.050 [namespace-service-80] ` begins; null elsewhere. */
function ingressAt(line: string, at: number): typeof ingress | null {
  let end = at;
  while (isDigit(line.charCodeAt(end))) end++;
  if (end === at || line.charCodeAt(end) !== 32) return null;
  const open = line.indexOf(" [", end);
  if (open < 0 || open - end > 16) return null;
  const close = line.indexOf("] ", open);
  if (close < 0) return null;
  return line.charCodeAt(close + 2) === 91 ? ingress : olderIngress;
}

/**
 * Reads what stands after the combined format, as far as it explains itself:
 * ingress-nginx's fields, `rt=0.002 urt="0.001"` pairs, and the quoted
 * `$http_x_forwarded_for` of NGINX's example configuration. The rest is passed over.
 */
export function readTail(draft: Draft, line: string, from: number): void {
  let at = from;
  while (line.charCodeAt(at) === 32) at++;
  if (isDigit(line.charCodeAt(at)) && ingressAt(line, at)?.(draft, line, at) === null) return;
  for (let words = 0; at < line.length && words < 64; words++) {
    if (line.charCodeAt(at) === 34) {
      const close = line.indexOf('"', at + 1);
      if (close < 0) return;
      if (words === 0) readForwardedFor(draft, line.slice(at + 1, close));
      at = close + 1;
    } else {
      let end = at;
      while (end < at + 64 && isNameCode(line.charCodeAt(end))) end++;
      if (end > at && line.charCodeAt(end) === 61) at = readPair(draft, line, at, end);
      else {
        const space = line.indexOf(" ", at);
        at = space < 0 ? line.length : space;
      }
    }
    while (line.charCodeAt(at) === 32) at++;
  }
}

function isNameCode(code: number): boolean {
  const lower = code | 32;
  return (
    (lower >= 97 && lower <= 122) || isDigit(code) || code === 95 || code === 36 || code === 45
  );
}

/** Reads `name=value` or `name="value"`; answers where it ends. */
function readPair(draft: Draft, line: string, nameStart: number, equals: number): number {
  let from = equals + 1;
  let end: number;
  let next: number;
  if (line.charCodeAt(from) === 34) {
    from++;
    end = line.indexOf('"', from);
    next = end < 0 ? line.length : end + 1;
  } else {
    end = line.indexOf(" ", from);
    next = end < 0 ? line.length : end;
  }
  if (end < 0) end = line.length;
  const value = line.slice(from, end);
  if (value !== "" && value !== "-") {
    const name = line.slice(line.charCodeAt(nameStart) === 36 ? nameStart + 1 : nameStart, equals);
    assign(draft, name, decodedDefault(value));
  }
  return next;
}

function assign(draft: Draft, name: string, value: string): void {
  // `ua` is as often the user agent as the upstream's address.
  if (name === "ua" || name === "uaddr") {
    if (isAddress(value) || name === "uaddr") draft.addresses = value;
    return;
  }
  const slot = slotOf(name);
  if (slot) slot.assign(draft, value);
  else draft.request.captures[name] = value;
}

/** So many names are kept in mind: a log has few, a hostile one many. */
const mostSlots = 500;
const slots = new Map<string, Slot<Draft> | null>();

/** The variable that a name before a `=` stands for; null for a name of the operator's own. */
function slotOf(name: string): Slot<Draft> | null {
  let slot = slots.get(name);
  if (slot === undefined) {
    const variable = shortNames[name] ?? (isKnownVariable(name) ? name : null);
    slot = variable === null ? null : variableSlot(variable);
    if (slots.size < mostSlots) slots.set(name, slot);
  }
  return slot;
}

function readForwardedFor(draft: Draft, value: string): void {
  const looksLikeAddresses = /^[\da-fA-F.:, ]{3,}$/.test(value) && /\..*\.|:/.test(value);
  if (looksLikeAddresses) draft.request.headers["x-forwarded-for"] = value;
}
