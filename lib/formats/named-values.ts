import type { RequestLine } from "@/lib/domain/facts";
import { readCookieHeader, readSetCookieHeader } from "./cookies";
import { correlationIdOf } from "./correlation";
import { addCorrelationId } from "./request-fact";

/** Values that stand for one that the balancer hid. */
const hidden = new Set(["-", "", "REDACTED", "[REDACTED]", "***"]);

/** Keeps a request header under its name in lower case, with what it tells: cookies, user agent, correlation ID. */
export function addRequestHeader(request: RequestLine, header: string, value: string): void {
  if (hidden.has(value)) return;
  const name = header.toLowerCase();
  if (name === "cookie") {
    readCookieHeader(value, request.cookies);
    return;
  }
  if (name === "user-agent") {
    request.userAgent ??= value;
    return;
  }
  if (!Object.hasOwn(request.headers, name)) request.headers[name] = value;
  addCorrelationId(request, correlationIdOf(name, value));
}

/** As `addRequestHeader`, for a header of the response. */
export function addResponseHeader(request: RequestLine, header: string, value: string): void {
  if (hidden.has(value)) return;
  const name = header.toLowerCase();
  if (name === "set-cookie") {
    readSetCookieHeader(value, request.setCookies);
    return;
  }
  if (!Object.hasOwn(request.responseHeaders, name)) request.responseHeaders[name] = value;
  addCorrelationId(request, correlationIdOf(name, value));
}
