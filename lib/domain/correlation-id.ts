import { keyedUuid } from "./session-key";

const longest = 200;
const emptyWords = new Set(["", "-", "null", "undefined"]);

/**
 * One spelling for what ties a log line to an app's event, so that both sides
 * meet however they write it. A W3C `traceparent` becomes its 32-digit trace
 * id (https://www.w3.org/TR/trace-context/), an `X-Amzn-Trace-Id` its root,
 * which as `1-8-24` hex digits is the same trace id in X-Ray's dress; hex and
 * UUIDs are compared in lower case. Null where there is none.
 */
export function normaliseCorrelationId(value: string): string | null {
  let id = value.trim();
  if (id.length >= 2 && id.startsWith('"') && id.endsWith('"')) id = id.slice(1, -1);
  if (emptyWords.has(id)) return null;
  const root = /(?:^|;)\s*Root=([^;\s]+)/i.exec(id);
  if (root?.[1]) id = root[1];
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/i.exec(id);
  if (parent?.[1]) return isZero(parent[1]) ? null : parent[1].toLowerCase();
  const ray = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(id);
  if (ray?.[1] && ray[2]) return (ray[1] + ray[2]).toLowerCase();
  if (/^[0-9a-f-]+$/i.test(id)) {
    if (isZero(id)) return null;
    return id.toLowerCase();
  }
  return id.slice(0, longest);
}

function isZero(id: string): boolean {
  return /^[0-]+$/.test(id);
}

/** The keyed hash under which a correlation ID is looked up; the ID must be normalised. */
export function correlationUuid(secret: Uint8Array, normalised: string): string {
  return keyedUuid(secret, `correlation\0${normalised}`);
}
