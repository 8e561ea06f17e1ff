import type { Change, EpochMs, RequestLine } from "@/lib/domain/facts";
import type { ChangeInput, ParsedRequest } from "@/lib/schemas/ingest";

/** An instant as RFC 3339 in UTC: milliseconds, and microseconds where there are any. */
export function toInstant(at: EpochMs): string {
  const whole = Math.floor(at);
  const micros = Math.round((at - whole) * 1000);
  if (micros === 0 || micros === 1000)
    return new Date(whole + (micros === 1000 ? 1 : 0)).toISOString();
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

/** A parsed request as `POST /api/v1/parse` answers it. */
export function toWire(parsed: RequestLine): ParsedRequest;
/** A change as `POST /api/v1/parse` answers it. */
export function toWire(parsed: Change): ChangeInput;
export function toWire(parsed: RequestLine | Change): ParsedRequest | ChangeInput {
  return parsed.kind === "change" ? changeToWire(parsed) : requestToWire(parsed);
}

function changeToWire(change: Change): ChangeInput {
  return {
    at: toInstant(change.at),
    kind: change.change,
    pool: change.pool,
    node: change.node,
    lb: change.lb,
    title: change.title,
    url: change.url,
    author: change.author,
  };
}

function requestToWire(request: RequestLine): ParsedRequest {
  return {
    startedAt: toInstant(request.startedAt),
    endedAt: request.endedAt === null ? null : toInstant(request.endedAt),
    durationMs: request.durationMs,
    lb: request.lb,
    listener: request.listener,
    pool: request.pool,
    node: request.node,
    attempts: request.attempts,
    client: request.client,
    method: request.method,
    host: request.host,
    path: request.path,
    query: request.query,
    protocol: request.protocol,
    status: request.status,
    backendStatus: request.backendStatus,
    bytesIn: request.bytesIn,
    bytesOut: request.bytesOut,
    userAgent: request.userAgent,
    tls: request.tls,
    correlationIds: request.correlationIds,
    cookies: request.cookies,
    persistence: request.persistence,
    termination: request.termination,
    retries: request.retries,
    redispatched: request.redispatched,
    upgrade: request.upgrade,
  };
}
