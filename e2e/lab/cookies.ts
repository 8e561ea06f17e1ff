import { createHash } from "node:crypto";

/** How an app writes its session's key into a cookie, and reads it again. */
export interface SessionCookie {
  name: string;
  /** The cookie's value for a key that this node gives out. */
  dress: (key: string, node: string) => string;
  /** The key in a cookie's value. */
  undress: (value: string) => string;
}

const withoutPrefix = (value: string) => value.replace(/^[\w.-]+~/, "");

/** The bare key, as PHP does. HAProxy's prefix, where it is in front, is the balancer's. */
export function bareCookie(name: string): SessionCookie {
  return { name, dress: (key) => key, undress: withoutPrefix };
}

/** Express: `s:key.signature`, percent-encoded. */
export function signedCookie(name: string): SessionCookie {
  const signature = (key: string) => createHash("sha256").update(key).digest("base64").slice(0, 43);
  return {
    name,
    dress: (key) => encodeURIComponent(`s:${key}.${signature(key)}`),
    undress: (value) => decodeURIComponent(withoutPrefix(value)).slice(2).split(".", 1)[0] ?? "",
  };
}

/** Java containers: after a dot the node that gave the key out. */
export function routedCookie(name: string): SessionCookie {
  return {
    name,
    dress: (key, node) => `${key}.${node}`,
    undress: (value) => withoutPrefix(value).split(".", 1)[0] ?? "",
  };
}

/** The cookies of a `Cookie` header, by name. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) cookies.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return cookies;
}

/** What one `Set-Cookie` header sets; `gone` when it deletes the cookie. */
export function parseSetCookie(header: string): { name: string; value: string; gone: boolean } {
  const [pair = "", ...attributes] = header.split(";");
  const equals = pair.indexOf("=");
  const gone = attributes.some((attribute) => {
    const [name = "", value = ""] = attribute.split("=");
    const word = name.trim().toLowerCase();
    if (word === "max-age") return Number(value) <= 0;
    return word === "expires" && Date.parse(value) < Date.UTC(2000, 0, 1);
  });
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), gone };
}
