import type { EpochMs, RequestLine } from "@/lib/domain/facts";
import { ipAddressOf } from "./addresses";
import { integerUpTo } from "./digits";

/** A request of which only the start is known yet; a format fills in what its line carries. */
export function requestStartedAt(startedAt: EpochMs, resolutionMs: number): RequestLine {
  return {
    kind: "request",
    startedAt,
    endedAt: null,
    durationMs: null,
    resolutionMs,
    lb: null,
    listener: null,
    pool: null,
    node: null,
    nodeAddress: null,
    attempts: [],
    client: { ip: null, port: null },
    method: null,
    host: null,
    path: null,
    query: null,
    protocol: null,
    status: null,
    backendStatus: null,
    bytesIn: null,
    bytesOut: null,
    userAgent: null,
    tls: { protocol: null, cipher: null },
    correlationIds: [],
    cookies: {},
    setCookies: {},
    headers: {},
    responseHeaders: {},
    captures: {},
    persistence: { presented: null, inserted: null, state: null },
    termination: null,
    retries: null,
    redispatched: null,
    upgrade: null,
  };
}

/** Adds a correlation ID once. */
export function addCorrelationId(request: RequestLine, id: string | null): void {
  if (id !== null && !request.correlationIds.includes(id)) request.correlationIds.push(id);
}

/**
 * Fills method, host, path, query and protocol from an HTTP request line, as
 * far as it is one: `GET /a?b HTTP/1.1`, an absolute URL, `CONNECT host:port`,
 * one cut before its protocol. What is none (`<BADREQ>`, raw bytes) fills nothing.
 */
export function fillRequestLine(request: RequestLine, text: string): void {
  const methodEnd = text.indexOf(" ");
  if (methodEnd < 1 || methodEnd > 32) return;
  for (let i = 0; i < methodEnd; i++) {
    const lower = text.charCodeAt(i) | 32;
    if ((lower < 97 || lower > 122) && text.charCodeAt(i) !== 45 && text.charCodeAt(i) !== 95)
      return;
  }
  let targetEnd = text.length;
  const lastSpace = text.lastIndexOf(" ");
  if (lastSpace > methodEnd && text.startsWith("HTTP/", lastSpace + 1)) {
    request.protocol = text.slice(lastSpace + 1);
    targetEnd = lastSpace;
  }
  const method = text.slice(0, methodEnd);
  request.method = method === "-" ? null : method;
  fillTarget(request, text.slice(methodEnd + 1, targetEnd));
}

/** Fills path, query and (from an absolute URL or an authority) host from a request target. */
export function fillTarget(request: RequestLine, target: string): void {
  let from = 0;
  if (target.charCodeAt(0) !== 47) {
    const scheme = target.indexOf("://");
    if (scheme > 0 && scheme < 12) {
      let hostEnd = scheme + 3;
      while (hostEnd < target.length) {
        const code = target.charCodeAt(hostEnd);
        if (code === 47 || code === 63) break;
        hostEnd++;
      }
      request.host ??= hostWithoutPort(target.slice(scheme + 3, hostEnd));
      from = hostEnd;
      if (from === target.length) {
        request.path = "/";
        return;
      }
    } else if (request.method === "CONNECT") {
      request.host ??= hostWithoutPort(target);
      request.path = target === "" ? null : target;
      return;
    }
  }
  const mark = target.indexOf("?", from);
  const path = mark < 0 ? target.slice(from) : target.slice(from, mark);
  request.path = path === "" || path === "-" ? (from > 0 ? "/" : null) : path;
  if (mark >= 0) request.query = target.slice(mark + 1);
}

/** `shop.example:443` without its port; null when nothing is left. */
export function hostWithoutPort(authority: string): string | null {
  const at = authority.lastIndexOf("@");
  const host = at < 0 ? authority : authority.slice(at + 1);
  const colon = host.lastIndexOf(":");
  const bare =
    colon > 0 && host.indexOf("]", colon) < 0 && /^[\d-]*$/.test(host.slice(colon + 1))
      ? host.slice(0, colon)
      : host;
  return bare === "" || bare === "-" ? null : bare;
}

/** Splits `10.0.0.1:80`, `[::1]:80` or `::1:80` (at its last colon) into an IP address and a port; null for what is none. */
export function splitAddress(text: string): { ip: string | null; port: number | null } {
  const colon = text.lastIndexOf(":");
  const port = colon < 0 ? null : integerUpTo(65_535, text.slice(colon + 1));
  if (text.charCodeAt(0) === 91) {
    const close = text.indexOf("]");
    return { ip: ipAddressOf(text.slice(1, close < 0 ? undefined : close)), port };
  }
  return port === null
    ? { ip: ipAddressOf(text), port }
    : { ip: ipAddressOf(text.slice(0, colon)), port };
}

/** An address that may have a port, as `[::1]:80`; without brackets an IPv6 address has none. */
export function addressMaybePort(text: string): { ip: string | null; port: number | null } {
  const ip = ipAddressOf(text);
  return ip === null ? splitAddress(text) : { ip, port: null };
}

/** The one node that a log names as the one that served: as the only attempt, with the status it answered. */
export function setServedBy(
  request: RequestLine,
  node: string | null,
  durationMs: number | null = null,
): void {
  request.node = node;
  request.attempts = node === null ? [] : [{ node, status: request.backendStatus, durationMs }];
}

/** Fills host, path and query from an absolute URL or a path. */
export function fillUrl(request: RequestLine, url: string | null): void {
  if (url !== null) fillTarget(request, url);
}

/** The first of a list of addresses, such as `X-Forwarded-For` (with or without ports), that is an IP address. */
export function firstAddress(list: string | null): string | null {
  if (list === null) return null;
  for (const item of list.split(",", 20)) {
    const { ip } = addressMaybePort(item.trim());
    if (ip !== null) return ip;
  }
  return null;
}

/** Ends a request that began at `startedAt` and lasted `durationMs`. */
export function setDuration(request: RequestLine, durationMs: number | null): void {
  request.durationMs = durationMs;
  request.endedAt =
    durationMs === null ? null : Math.round((request.startedAt + durationMs) * 1000) / 1000;
}

/** A request of which the end is known: it began `durationMs` before. */
export function requestEndedAt(
  endedAt: EpochMs,
  resolutionMs: number,
  durationMs: number | null,
): RequestLine {
  const request = requestStartedAt(
    Math.round((endedAt - (durationMs ?? 0)) * 1000) / 1000,
    resolutionMs,
  );
  request.endedAt = endedAt;
  request.durationMs = durationMs;
  return request;
}
