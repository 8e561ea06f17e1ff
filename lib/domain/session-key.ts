import { createHmac } from "node:crypto";

/**
 * How a session is named once its key has been hashed. A session ID is a
 * credential: past this module only the keyed hash exists.
 */

/** 128 bits of the HMAC in the shape of a UUID, so that Postgres keeps it in 16 bytes. */
export type SessionUuid = string;

const emptyWords = new Set(["", "-", "deleted", "null", "undefined"]);

/**
 * The bare session key in a value as it stands in a cookie, a header or an
 * app's event: percent-decoded, without the signature of Express' signed
 * cookies (`s:ID.signature`), the route that Java containers append to
 * JSESSIONID (`ID.node`, `ID!node`), or the server that HAProxy's prefix mode puts in front
 * (`node~ID`). Null where the value says "no session".
 */
export function normaliseSessionKey(value: string): string | null {
  let key = value.trim();
  if (key.length >= 2 && key.startsWith('"') && key.endsWith('"')) key = key.slice(1, -1);
  if (emptyWords.has(key)) return null;
  if (key.includes("%")) key = percentDecoded(key);
  if (key.startsWith("s:")) {
    const dot = key.lastIndexOf(".");
    key = dot > 2 ? key.slice(2, dot) : key.slice(2);
  }
  const tilde = key.indexOf("~");
  if (tilde > 0 && tilde <= 64 && key.length - tilde > 8 && /^[\w.-]+~/.test(key))
    key = key.slice(tilde + 1);
  key = routed.exec(key)?.[1] ?? key;
  return emptyWords.has(key) ? null : key;
}

/** The part of a session cookie's value that names a node rather than the session; null where there is none. */
export function routeInSessionValue(value: string): string | null {
  const decoded = value.includes("%") ? percentDecoded(value.trim()) : value.trim();
  const prefix = /^([\w.-]{1,64})~.{8,}$/.exec(decoded);
  if (prefix?.[1]) return prefix[1];
  return routed.exec(decoded)?.[2] ?? null;
}

/**
 * A key with a route behind it: Tomcat's 32 hex digits (or another even
 * number, as configured) and WildFly's 40 letters and digits, each with
 * `.node`; WebLogic's with `!node`.
 */
const routed = /^([0-9A-Fa-f]{32,64}|[\w-]{40})[.!]([\w.!-]{1,64})$/;

function percentDecoded(text: string): string {
  try {
    // A capture of limited length may end in the middle of a code.
    return decodeURIComponent(text.replace(/%[0-9A-Fa-f]?$/, ""));
  } catch (error) {
    // Not percent-encoded after all: as it stands.
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** The keyed hash of a session key, whatever dress it comes in; null where the value names no session. */
export function sessionUuid(secret: Uint8Array, value: string): SessionUuid | null {
  const key = normaliseSessionKey(value);
  return key === null ? null : keyedUuid(secret, `session\0${key}`);
}

/** The session that stands for a client address in a pool whose affinity is by address. */
export function addressUuid(secret: Uint8Array, pool: string, address: string): SessionUuid {
  return keyedUuid(secret, `address\0${pool}\0${address}`);
}

/** 128 bits of HMAC-SHA-256 as a UUID. */
export function keyedUuid(secret: Uint8Array, text: string): string {
  return asUuid(createHmac("sha256", secret).update(text).digest("hex"));
}

/** The first 32 hex digits, dashed as a UUID. */
export function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The session's public short form, its `id` in URLs: the first 16 hex digits. */
export function publicId(session: SessionUuid): string {
  return session.slice(0, 8) + session.slice(9, 13) + session.slice(14, 18);
}
