import type { EpochMs } from "@/lib/domain/facts";
import type { ShopNode } from "./story";

/** One request as a balancer of the demo writes it down. */
export interface Exchange {
  startedAt: EpochMs;
  durationMs: number;
  ip: string;
  port: number;
  method: string;
  path: string;
  status: number;
  bytes: number;
  agent: string;
  /** 32 hex digits. */
  trace: string;
  presented: string | null;
  set: string | null;
  node: ShopNode | null;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

function clockOf(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `21/Nov/2026:07:53:35.983` */
function haproxyDate(at: EpochMs): string {
  const date = new Date(at);
  const ms = String(date.getUTCMilliseconds()).padStart(3, "0");
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clockOf(date)}.${ms}`;
}

/** The head of a syslog message, RFC 3164: `<134>Nov 21 07:53:35 edge-1 haproxy[412]: `. */
export function syslogHead(priority: number, at: EpochMs, host: string): string {
  const date = new Date(at);
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `<${priority}>${months[date.getUTCMonth()]} ${day} ${clockOf(date)} ${host} haproxy[412]: `;
}

/**
 * HAProxy's `option httplog` with the cookie `sid` and the header X-Request-ID
 * captured (configuration manual 3.0, section 8.2.3).
 * `flags` are the last two characters of the termination state.
 */
export function haproxyLine(
  edge: string,
  pool: string,
  exchange: Exchange,
  flags: string,
  retries: string,
  busy: number,
): string {
  const { durationMs, node } = exchange;
  const whole = Math.round(durationMs);
  const head = syslogHead(134, exchange.startedAt + durationMs, edge);
  const connect = Math.min(1, whole);
  const cookie = (value: string | null) => (value === null ? "-" : `sid=${value}`);
  return `${head}${exchange.ip}:${exchange.port} [${haproxyDate(exchange.startedAt)}] www~ ${`${pool}/${node?.name ?? "<NOSRV>"}`} 0/0/${connect}/${whole - connect}/${whole} ${exchange.status} ${exchange.bytes} ${cookie(
    exchange.presented,
  )} ${cookie(exchange.set)} --${flags} ${busy}/${busy}/${Math.ceil(busy / 3)}/${Math.ceil(
    busy / 9,
  )}/${retries} 0/0 {${exchange.trace}} "${exchange.method} ${exchange.path} HTTP/1.1"`;
}

/** A redirect to https, answered by HAProxy itself: no backend, no node. */
export function haproxyRedirect(edge: string, exchange: Exchange): string {
  const head = syslogHead(134, exchange.startedAt, edge);
  return `${head}${exchange.ip}:${exchange.port} [${haproxyDate(exchange.startedAt)}] plain plain/<NOSRV> 0/-1/-1/-1/0 301 97 - - LR-- 9/2/0/0/0 0/0 {} "GET ${exchange.path} HTTP/1.1"`;
}

/** The log_format of the demo's NGINX. */
export const nginxFormat =
  '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent $msec $request_time "$upstream_addr" "$upstream_status" "$upstream_response_time" "$cookie_sid" "$upstream_cookie_sid" "$http_x_request_id" "$http_user_agent"';

export interface Attempted {
  node: ShopNode;
  status: number;
  durationMs: number;
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** One line of {@link nginxFormat}; without attempts the answer came from NGINX's own cache. */
export function nginxLine(exchange: Exchange, attempts: Attempted[]): string {
  const endedAt = exchange.startedAt + exchange.durationMs;
  const iso = `${new Date(endedAt).toISOString().slice(0, 19)}+00:00`;
  const listed = (of: (attempt: Attempted) => string) =>
    attempts.length === 0 ? "-" : attempts.map(of).join(", ");
  return `${exchange.ip} - - [${iso}] "${exchange.method} ${exchange.path} HTTP/1.1" ${
    exchange.status
  } ${exchange.bytes} ${seconds(endedAt)} ${seconds(exchange.durationMs)} "${listed(
    (one) => one.node.address,
  )}" "${listed((one) => String(one.status))}" "${listed((one) => seconds(one.durationMs))}" "${
    exchange.presented ?? "-"
  }" "${exchange.set ?? "-"}" "${exchange.trace}" "${exchange.agent}"`;
}

/** The trace id as `X-Amzn-Trace-Id` writes it. */
export function amazonRoot(trace: string): string {
  return `1-${trace.slice(0, 8)}-${trace.slice(8)}`;
}

/**
 * An ALB line (docs.aws.amazon.com, load-balancer-access-logs). No cookie is
 * in it: a session is known only through the trace id that the app reports too.
 * `answered` is false where the target broke the connection: 502, target status `-`.
 */
export function albLine(exchange: Exchange, answered: boolean): string {
  const endedAt = exchange.startedAt + exchange.durationMs;
  const iso = (at: EpochMs) => new Date(at).toISOString().replace("Z", "000Z");
  const target = exchange.node?.address ?? "-";
  const times = answered
    ? `0.001 ${seconds(Math.max(exchange.durationMs - 1, 0))} 0.000`
    : "-1 -1 -1";
  const targetStatus = answered ? String(exchange.status) : "-";
  return `h2 ${iso(endedAt)} app/shop/50dc6c495c0c9188 ${exchange.ip}:${
    exchange.port
  } ${target} ${times} ${exchange.status} ${targetStatus} 412 ${exchange.bytes} "${
    exchange.method
  } https://shop.example:443${exchange.path} HTTP/2.0" "${
    exchange.agent
  }" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/shop/73e2d6bc24d8a067 "Root=${amazonRoot(
    exchange.trace,
  )}" "shop.example" "session-reused" 0 ${iso(exchange.startedAt)} "forward" "-" "-" "${target}" "${targetStatus}" "-" "-" TID_${exchange.trace.slice(
    0,
    32,
  )}`;
}
