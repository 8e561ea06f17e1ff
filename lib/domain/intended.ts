import { createHash } from "node:crypto";
import type { PoolNode } from "./pool-context";

/**
 * What of a persistence cookie's value names a node. The rest (HAProxy's dates,
 * the app's session ID) is cut off, so that what is left may be stored: a
 * session ID is a credential.
 *
 * - HAProxy `cookie … insert maxidle/maxlife`: `value|last date|first date`
 *   (manual, section 4.2, `cookie`); `prefix`: `value~session`.
 * - Java containers: `session.route` (Apache mod_proxy_balancer `route=`, Tomcat `jvmRoute`).
 * - WebLogic: `session!primary!secondary`.
 */
export function nodePart(value: string): string {
  const plain = unquote(decoded(value.trim()));
  const pipe = /^([^|]*)\|[A-Za-z0-9@_-]{5}(\|[A-Za-z0-9@_-]{5})?$/.exec(plain);
  if (pipe?.[1]) return pipe[1];
  const prefix = /^([^~]+)~/.exec(plain);
  if (prefix?.[1]) return prefix[1];
  // The app's ID has no dot; an address or a host name before the dot would be shorter or hold more dots.
  const route = /^[A-Za-z0-9+/=_-]{12,}\.([A-Za-z0-9_-]+)$/.exec(plain);
  if (route?.[1]) return route[1];
  const bare = /^\.([A-Za-z0-9_-]+)$/.exec(plain);
  if (bare?.[1]) return bare[1];
  const weblogic = /^[A-Za-z0-9_-]{20,}!([^!]+)(!.*)?$/.exec(plain);
  return weblogic?.[1] ?? plain;
}

function decoded(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value;
}

/** Values that only the balancer can read: AWS encrypts them. */
export function isOpaque(value: string): boolean {
  return value.length > 80;
}

function hex(algorithm: "md5" | "sha1" | "sha256", text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

/** FNV-1 and FNV-1a, 64 bits, in hex. */
function fnv(text: string, xorFirst: boolean): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    if (xorFirst) hash ^= BigInt(byte);
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
    if (!xorFirst) hash ^= BigInt(byte);
  }
  return hash;
}

/**
 * Every form in which a persistence cookie may name a node at this address.
 *
 * - as it is, as a URL (old Traefik), in MD5 or SHA-1 hex (NGINX `sticky cookie`:
 *   MD5 of address and port, ngx_http_upstream_module; the sticky-module-ng: either);
 * - Traefik: the first 16 hex of SHA-256 of the server's name, which is its URL
 *   or, in version 2, the FNV-1a of its URL; FNV-1 once or twice in cookies of
 *   before (pkg/server/service/loadbalancer/sticky.go).
 */
function formsOf(address: string): string[] {
  const urls = [`http://${address}`, `https://${address}`, `http://${address}/`];
  const forms = [address, ...urls, hex("md5", address), hex("sha1", address)];
  for (const url of urls) {
    const name = fnv(url, true).toString(16).padStart(16, "0");
    for (const traefik of [url, name]) {
      const once = fnv(traefik, false).toString(16);
      forms.push(
        hex("sha256", traefik).slice(0, 16),
        once,
        fnv(once, false).toString(16),
        hex("md5", traefik),
      );
    }
    forms.push(name);
  }
  return forms;
}

/**
 * The address in an Envoy stateful-session cookie: base64 of `address:port`, or
 * of a protobuf message whose first field is that address and whose second is
 * the expiry in Unix seconds (api/envoy/extensions/http/stateful_session/cookie).
 */
export function envoyCookie(value: string): { address: string; expiresAt: number | null } | null {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(value)) return null;
  const bytes = Buffer.from(value, "base64");
  const text = bytes.toString("latin1");
  if (isAddress(text)) return { address: text, expiresAt: null };
  const length = bytes[1];
  if (bytes[0] !== 0x0a || length === undefined || length > 100) return null;
  const address = bytes.subarray(2, 2 + length).toString("latin1");
  if (!isAddress(address)) return null;
  return { address, expiresAt: bytes[2 + length] === 0x10 ? varint(bytes, 3 + length) : null };
}

function varint(bytes: Uint8Array, from: number): number | null {
  let value = 0;
  for (let i = 0; i < 8; i += 1) {
    const byte = bytes[from + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  return null;
}

/** An IPv4 or bracketed IPv6 address, or a Unix socket; with or without a port. */
export function isAddress(name: string): boolean {
  return (
    /^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/.test(name) ||
    /^\[[0-9A-Fa-f:.]+\](:\d+)?$/.test(name) ||
    /^[0-9A-Fa-f]*(:[0-9A-Fa-f]*){2,7}$/.test(name) ||
    /^unix:/.test(name)
  );
}

/** Looks up which of a pool's nodes a persistence value names. */
export type NodeNaming = (value: string) => string | null;

/**
 * What persistence values mean in a pool: a function from a value to the node it
 * names, or null where it names none that is known.
 *
 * `learned` is what values were seen to name at the balancer asked about; it
 * comes first, as a HAProxy's `server … cookie <value>` need not resemble the
 * server's name, and two balancers may use one value for two nodes.
 */
export function nodeNaming(
  nodes: readonly PoolNode[],
  learned: ReadonlyMap<string, string> = new Map(),
): NodeNaming {
  const forms = new Map<string, string | null>();
  const add = (form: string, node: string) => {
    const known = forms.get(form);
    // One form for two nodes names neither.
    forms.set(form, known === undefined || known === node ? node : null);
  };
  for (const node of nodes) {
    const names = new Set([node.name, ...node.aliases]);
    for (const name of names) {
      add(name, node.name);
      add(hex("md5", name), node.name);
    }
    for (const address of new Set([...node.addresses, ...[...names].filter(isAddress)]))
      for (const form of formsOf(address)) add(form, node.name);
  }
  return (value) => {
    if (value === "" || isOpaque(value)) return null;
    const part = nodePart(value);
    const known = learned.get(part) ?? forms.get(part) ?? forms.get(part.toLowerCase());
    if (known) return known;
    const envoy = envoyCookie(part);
    return envoy === null ? null : (forms.get(envoy.address) ?? null);
  };
}
