import type { Change, ChangeKind, ParsedLine } from "@/lib/domain/facts";
import { integerIn, twoDigits } from "../digits";
import { quoted, rejected } from "../rejection";
import type { LineContext } from "./httplog";

const longestTitle = 300;

/**
 * Reads a line that is no request: a server's or a proxy's change of state
 * (HAProxy's src/server.c and src/proxy.c write them), or a connection
 * without a request. Null when the message is none of these. Lines without
 * any date carry the time they were received.
 */
export function parseStateLine(
  line: string,
  start: number,
  context: LineContext,
): ParsedLine | null {
  const first = line.charCodeAt(start);
  // `[WARNING]  (4494) : ` is how they stand on the console.
  if (first === 91) {
    const console = readConsolePrefix(line, start, context);
    if (!console) return null;
    const message = line.slice(console.message);
    return (
      parseMessage(message, console.at) ??
      rejected(`HAProxy says this of itself, not of a server or a request: ${quoted(message)}`)
    );
  }
  if (!isLetter(first)) return null;
  return parseMessage(line.slice(start), context.at ?? context.receivedAt);
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function parseMessage(message: string, at: number): ParsedLine | null {
  if (message.startsWith("Server ")) return serverState(message, 7, at);
  if (message.startsWith("Backup Server ")) return serverState(message, 14, at);
  if (message.startsWith("Health check for ")) return healthCheck(message, at);
  if (message.startsWith("Connect from ")) {
    return rejected(
      "connection line without a request: HAProxy logs requests with `option httplog` or a log-format",
    );
  }
  if (message.startsWith("backend ") && message.includes(" has no server available", 8)) {
    return change("other", at, wordAfter(message, 8), null, message);
  }
  if (isProxyState(message)) {
    // Frontends are named in the same words; only here is it sure that a pool is.
    const pool = message.startsWith("Stopping backend ") ? wordAfter(message, 17) : null;
    return change("config", at, pool, null, message);
  }
  const moved = message.indexOf(" changed its IP from ");
  if (moved > 0 && moved < 200) {
    const [pool, node] = splitServer(message.slice(0, moved));
    return node === null ? null : change("other", at, pool, node, message);
  }
  return null;
}

/** What HAProxy says of its proxies and processes when it starts, reloads or stops: how it begins, and what else is in it. */
const proxyStates: readonly { begins: string; holds: string }[] = [
  { begins: "Proxy ", holds: " started" },
  { begins: "Proxy ", holds: " stopped" },
  { begins: "Stopping frontend ", holds: " in " },
  { begins: "Stopping backend ", holds: " in " },
  { begins: "Stopping proxy ", holds: " in " },
  { begins: "Pausing ", holds: "." },
  { begins: "Paused ", holds: "." },
  { begins: "Enabling ", holds: "." },
  { begins: "Resumed ", holds: "." },
  { begins: "New worker ", holds: "forked" },
  { begins: "Loading success", holds: "" },
  { begins: "Reexecuting Master process", holds: "" },
  { begins: "Exiting Master process", holds: "" },
  { begins: "Reloading HAProxy", holds: "" },
];

function isProxyState(message: string): boolean {
  return proxyStates.some(
    ({ begins, holds }) => message.startsWith(begins) && message.includes(holds, begins.length),
  );
}

/** What stands after `Server pool/node `, in the order in which it is looked for. */
const serverStates: readonly (readonly [string, ChangeKind])[] = [
  ["is going DOWN for maintenance", "node-maintenance"],
  ["was DOWN and now enters maintenance", "node-maintenance"],
  ["was DRAIN and now enters maintenance", "node-maintenance"],
  ["is entering maintenance", "node-maintenance"],
  ["is in maintenance", "node-maintenance"],
  ["enters drain state", "node-drain"],
  ["remains in drain", "node-drain"],
  ["remains in forced drain", "node-drain"],
  ["is DRAIN", "node-drain"],
  ["is UP/DRAIN", "node-drain"],
  ["is stopping", "node-drain"],
  ["is UP", "node-up"],
  ["administratively READY", "node-up"],
  ["is DOWN", "node-down"],
  ["is going DOWN", "node-down"],
];

function serverState(message: string, from: number, at: number): Change | null {
  const end = message.indexOf(" ", from);
  if (end < 0) return null;
  const [pool, node] = splitServer(message.slice(from, end));
  if (node === null) return null;
  // The name that was resolved may stand between: `Server web/app1 ('app.example') is UP`.
  const resolved = /^\('[^']{0,255}'\) /.exec(message.slice(end + 1, end + 262));
  const says = end + 1 + (resolved?.[0].length ?? 0);
  for (const [words, kind] of serverStates) {
    if (message.startsWith(words, says)) return change(kind, at, pool, node, message);
  }
  return change("other", at, pool, node, message);
}

/** `Health check for backup server web/app1 failed, reason: …`: a check's result, not yet a change of the server. */
function healthCheck(message: string, at: number): Change | null {
  const server = message.indexOf("server ", 16);
  if (server < 0 || server > 32) return null;
  const end = message.indexOf(" ", server + 7);
  const [pool, node] = splitServer(message.slice(server + 7, end < 0 ? undefined : end));
  return node === null ? null : change("other", at, pool, node, message);
}

function splitServer(text: string): [pool: string | null, node: string | null] {
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1 || text.length > 300) return [null, null];
  return [text.slice(0, slash), text.slice(slash + 1)];
}

/** The proxy's name at `from`, without the quotes that the console puts round it. */
function wordAfter(message: string, from: number): string | null {
  const end = message.indexOf(" ", from);
  const word = message
    .slice(from, end < 0 ? from + 200 : Math.min(end, from + 200))
    .replace(/^['"‘“]|['"’”.]+$/g, "");
  return word === "" ? null : word;
}

function change(
  kind: ChangeKind,
  at: number,
  pool: string | null,
  node: string | null,
  message: string,
): Change {
  return {
    kind: "change",
    at,
    change: kind,
    pool,
    node,
    lb: null,
    title: titleOf(message),
    url: null,
    author: null,
  };
}

/** The message up to where its counters begin. */
function titleOf(message: string): string {
  let end = message.length;
  const duration = message.indexOf(", check duration");
  if (duration > 0) end = duration;
  const counters = message.search(/\. \d+ active/);
  if (counters > 0 && counters < end) end = counters;
  return message.slice(0, Math.min(end, longestTitle)).trim();
}

/** `[WARNING]  (4494) : ` and the older `[WARNING] 071/085241 (29884) : ` (day of the year, time). */
function readConsolePrefix(
  line: string,
  start: number,
  context: LineContext,
): { message: number; at: number } | null {
  const close = line.indexOf("]", start);
  if (close < 0 || close - start > 12) return null;
  const colon = line.indexOf(" : ", close);
  if (colon < 0 || colon - close > 40) return null;
  let at = context.at ?? context.receivedAt;
  if (line.charCodeAt(close + 5) === 47) {
    const day = integerIn(line, close + 2, close + 5);
    const hour = twoDigits(line, close + 6);
    const minute = twoDigits(line, close + 8);
    const second = twoDigits(line, close + 10);
    const time = ((hour * 60 + minute) * 60 + second) * 1000;
    if (day >= 0 && day <= 366 && !Number.isNaN(time)) {
      const year = new Date(context.receivedAt).getUTCFullYear();
      const thisYear = context.clock(Date.UTC(year, 0, 1 + day) + time);
      at =
        thisYear - context.receivedAt > 86_400_000
          ? context.clock(Date.UTC(year - 1, 0, 1 + day) + time)
          : thisYear;
    }
  }
  return { message: colon + 3, at };
}
