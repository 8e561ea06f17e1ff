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
