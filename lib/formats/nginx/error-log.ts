import type { ChangeKind, ParsedLine } from "@/lib/domain/facts";
import { readSlashDate, type WallClock } from "../dates";
import { quoted, rejected } from "../rejection";

/** True where an error.log line may begin: `2026/11/21 03:58:22 [`. */
export function isErrorLine(line: string, start: number): boolean {
  return (
    line.charCodeAt(start + 4) === 47 &&
    line.charCodeAt(start + 7) === 47 &&
    line.charCodeAt(start + 13) === 58 &&
    line.startsWith(" [", start + 19)
  );
}

/** Beginnings and parts of messages that show a node failing (ngx_http_upstream.c, ngx_http_upstream_round_robin.c). */
const failures: readonly (readonly [string, ChangeKind])[] = [
  ["no live upstreams", "other"],
  ["upstream server temporarily disabled", "node-down"],
  ["connect() failed", "node-down"],
  ["connect() to ", "node-down"],
  ["upstream timed out", "node-down"],
  ["upstream prematurely closed connection", "node-down"],
  ["recv() failed", "node-down"],
  ["send() failed", "node-down"],
  ["SSL_do_handshake() failed", "node-down"],
  ["SSL_read() failed", "node-down"],
  ["SSL_write() failed", "node-down"],
  ["peer closed connection in SSL handshake", "node-down"],
  ["upstream SSL certificate", "node-down"],
  ["upstream sent no valid", "node-down"],
  ["upstream sent invalid", "node-down"],
  ["upstream server is busy", "node-down"],
  ["writev() failed", "node-down"],
  ["sendfile() failed", "node-down"],
  ["kevent() reported that connect() failed", "node-down"],
  ["readv() failed", "node-down"],
];

/** What health checks say: NGINX Plus's of a `peer … in upstream "pool"`, and those of the check module of Tengine. */
const checks: readonly (readonly [RegExp, ChangeKind])[] = [
  [
    /^peer is unhealthy while .{0,120} of peer (\S{1,100}) in upstream "([^"]{1,100})"/,
    "node-down",
  ],
  [/^peer is healthy while .{0,120} of peer (\S{1,100}) in upstream "([^"]{1,100})"/, "node-up"],
  [/^(?:disable check peer|check time out with peer): (\S{1,100})/, "node-down"],
  [/^enable check peer: (\S{1,100})/, "node-up"],
];

/**
 * Reads a line of NGINX's error.log that shows an upstream server failing;
 * others are rejected, as they tell nothing of nodes. The name after
 * `upstream:` is the node's address, or the group's where no server was left.
 */
export function parseErrorLine(line: string, start: number, clock: WallClock): ParsedLine | null {
  const date = readSlashDate(line, start, clock);
  if (!date) return null;
  const close = line.indexOf("] ", date.end);
  if (close < 0 || close - date.end > 12) return null;
  let at = line.indexOf(": ", close);
  if (at < 0 || at - close > 32) return null;
  at += 2;
  if (line.charCodeAt(at) === 42) at = line.indexOf(" ", at) + 1 || line.length;
  // The message may hold commas; what follows it begins with the client.
  const client = line.indexOf(", client: ", at);
  const message = line.slice(at, Math.min(client < 0 ? line.length : client, at + 300));
  const itself = checkOf(message) ?? reloadOf(message);
  if (itself) {
    const { change, pool, node } = itself;
    const title = node === null ? message : `${node}: ${message}`;
    return {
      kind: "change",
      at: date.at,
      change,
      pool,
      node,
      lb: null,
      title,
      url: null,
      author: null,
    };
  }
  const failure = failures.find(([words]) => message.startsWith(words));
  const upstream = failure ? upstreamOf(line, client < 0 ? at : client) : null;
  if (!failure || upstream === null) {
    return rejected(
      `error log line that tells of no upstream server's failure: ${quoted(message)}`,
    );
  }
  const isGroup = failure[1] === "other";
  return {
    kind: "change",
    at: date.at,
    change: failure[1],
    pool: isGroup ? upstream : null,
    node: isGroup ? null : upstream,
    lb: null,
    title: `${upstream}: ${message}`,
    url: null,
    author: null,
  };
}

/** The address in `upstream: "http://10.0.0.1:80/path"` or `"fastcgi://unix:/run/php.sock:"`. */
function upstreamOf(line: string, from: number): string | null {
  const label = ', upstream: "';
  const found = line.indexOf(label, from);
  if (found < 0) return null;
  const start = found + label.length;
  const close = line.indexOf('"', start);
  const url = line.slice(start, close < 0 ? undefined : close).slice(0, 512);
  const scheme = url.indexOf("://");
  const rest = scheme < 0 ? url : url.slice(scheme + 3);
  if (rest.startsWith("unix:")) {
    const end = rest.indexOf(":", 5);
    return end < 0 ? rest : rest.slice(0, end);
  }
  const slash = rest.indexOf("/");
  const address = slash < 0 ? rest : rest.slice(0, slash);
  return address === "" ? null : address;
}

interface ToldByItself {
  change: ChangeKind;
  pool: string | null;
  node: string | null;
}

function checkOf(message: string): ToldByItself | null {
  if (!/^(?:peer is|disable|enable|check)/.test(message)) return null;
  for (const [words, change] of checks) {
    const found = words.exec(message);
    const node = found?.[1]?.replace(/[,\s]+$/, "");
    if (node) return { change, pool: found?.[2] ?? null, node };
  }
  return null;
}

/** `signal 1 (SIGHUP) received from 99, reconfiguring`: the log's own balancer read its configuration anew. */
function reloadOf(message: string): ToldByItself | null {
  const reloads = /^signal \d+ \(SIGHUP\) received\b.*, reconfiguring/.test(message);
  return reloads ? { change: "config", pool: null, node: null } : null;
}
