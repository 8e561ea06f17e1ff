/** Request headers whose whole value is a correlation ID. */
const wholeValue = new Set([
  "x-request-id",
  "x-correlation-id",
  "x-trace-id",
  "x-b3-traceid",
  "request-id",
  "x-cloud-trace-context",
]);

/**
 * The correlation ID that a header carries, or null: the trace id of a W3C
 * `traceparent` (32 hex, lower case), the Root of an `X-Amzn-Trace-Id`, the
 * value of `X-Request-ID` and its like. `header` is in lower case.
 */
export function correlationIdOf(header: string, value: string): string | null {
  if (value === "" || value === "-") return null;
  if (header === "traceparent") return traceIdOf(value);
  if (header === "x-amzn-trace-id") return amazonRootOf(value);
  if (header === "b3") return leadingTraceId(value);
  if (!wholeValue.has(header)) return null;
  if (header === "x-cloud-trace-context") return leadingTraceId(value);
  return value;
}

/** The trace id of a value that has the shape of a traceparent: https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceIdOf(value: string): string | null {
  if (value.length < 55) return null;
  if (value.charCodeAt(2) !== 45 || value.charCodeAt(35) !== 45 || value.charCodeAt(52) !== 45) {
    return null;
  }
  let isZero = true;
  for (let at = 3; at < 52; at++) {
    const code = value.charCodeAt(at);
    if (at === 35) continue;
    if (!isHexCode(code)) return null;
    if (at < 35 && code !== 48) isZero = false;
  }
  return isZero ? null : value.slice(3, 35).toLowerCase();
}

/** The Root of `Self=…;Root=1-…;CalledFrom=…`, or null. */
export function amazonRootOf(value: string): string | null {
  const at = value.indexOf("Root=");
  if (at < 0 || (at > 0 && value.charCodeAt(at - 1) !== 59 && value.charCodeAt(at - 1) !== 32)) {
    return null;
  }
  const end = value.indexOf(";", at);
  const root = value.slice(at + 5, end < 0 ? undefined : end).trim();
  return root === "" ? null : root;
}

/** A value of unknown name that by its shape alone is a correlation ID: a traceparent or an Amazon root. */
export function correlationIdByShape(value: string): string | null {
  if (value.length >= 55) {
    const traceId = traceIdOf(value);
    if (traceId) return traceId;
  }
  return value.startsWith("Root=1-") ? amazonRootOf(value) : null;
}

/** B3's `traceid-spanid-…` and Google's `traceid/span;o=1`. */
function leadingTraceId(value: string): string | null {
  let end = 0;
  while (end < value.length && isHexCode(value.charCodeAt(end))) end++;
  return end === 16 || end === 32 ? value.slice(0, end).toLowerCase() : null;
}

function isHexCode(code: number): boolean {
  const lower = code | 32;
  return (code >= 48 && code <= 57) || (lower >= 97 && lower <= 102);
}
