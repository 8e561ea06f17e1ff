import type { ChangeKind } from "./facts";
import type { HistoryEvent, HistoryRequest, SessionHistory } from "./history";
import { type Judged, judgeSession } from "./judge";
import { type ChangeFact, emptyContext, type PoolContext } from "./pool-context";

/*
 * Histories for tests, told as the balancers tell them. Times are milliseconds
 * since noon; nodes are app1, app2, …
 */

export const noon = Date.UTC(2026, 10, 21, 12);

export function request(
  at: number,
  node: string | null,
  more: Partial<HistoryRequest> = {},
): HistoryRequest {
  const durationMs = more.durationMs ?? 20;
  const lb = more.lb ?? "lb1";
  return {
    id: `${lb}-${at}-${node ?? ""}`,
    startedAt: noon + at,
    endedAt: noon + at + durationMs,
    durationMs,
    seq: null,
    coarse: false,
    lb,
    listener: null,
    node,
    rawNode: node,
    attempts: node === null ? [] : [{ node, status: 200, durationMs }],
    client: "192.0.2.10",
    clientPort: 40_000,
    status: 200,
    backendStatus: 200,
    method: "GET",
    path: "/cart",
    presented: null,
    inserted: null,
    persistenceState: null,
    termination: null,
    retries: null,
    redispatched: null,
    upgrade: false,
    tie: 1,
    starts: false,
    correlationIds: [],
    hasKey: true,
    ...more,
  };
}

/** As HAProxy logs it: `flags` are the four of the termination state. */
export function haproxy(
  at: number,
  node: string | null,
  flags: string,
  more: Partial<HistoryRequest> = {},
): HistoryRequest {
  const retries = more.retries ?? 0;
  return request(at, node, {
    termination: flags,
    persistenceState: flags.slice(2),
    retries,
    redispatched: false,
    ...more,
  });
}

/** As NGINX logs it: `upstream` is `$upstream_addr` with `$upstream_status`, such as `app1 502, app2 200`. */
export function nginx(
  at: number,
  upstream: string,
  more: Partial<HistoryRequest> = {},
): HistoryRequest {
  const attempts = upstream.split(", ").map((attempt) => {
    const [node = "", status = "200"] = attempt.split(" ");
    return { node, status: Number(status), durationMs: 10 };
  });
  return request(at, attempts.at(-1)?.node ?? null, { attempts, ...more });
}

export function change(at: number, kind: ChangeKind, node: string | null, title = ""): ChangeFact {
  return { at: noon + at, kind, node, lb: null, title: title || `${node ?? "pool"} ${kind}` };
}

export function event(
  at: number,
  type: HistoryEvent["type"],
  node: string | null,
  more: Partial<HistoryEvent> = {},
): HistoryEvent {
  return {
    id: `e-${at}-${type}-${node ?? ""}`,
    at: noon + at,
    type,
    node,
    reportedNode: node,
    store: null,
    hit: type === "session.retrieved" ? true : null,
    latencyMs: 2,
    correlation: null,
    previousSession: null,
    ...more,
  };
}

export function history(requests: HistoryRequest[], events: HistoryEvent[] = []): SessionHistory {
  return { session: "s", pool: "web", requests, events };
}

export function pool(more: Partial<PoolContext> = {}): PoolContext {
  return { ...emptyContext("web"), ...more };
}

/** A pool whose affinity is known from its traffic. */
export function poolBound(
  method: "cookie" | "source-ip" | "hash" | "none",
  more: Partial<PoolContext> = {},
): PoolContext {
  const found = (lb: string) => ({
    lb,
    method,
    confidence: 0.9,
    cookie: null,
    setShare: null,
    presentedShare: null,
    idleSeconds: null,
    lifeSeconds: null,
    requests: 1000,
    sessions: 100,
    mismatch: null,
  });
  return pool({ found: [found("lb1"), found("lb2")], ...more });
}

/** The verdicts on all bounces, as `from→to cause`, a return marked by `*`. */
export function told(requests: HistoryRequest[], context: PoolContext = pool()): string[] {
  return judged(requests, context).bounces.map(
    ({ from, to, isReturn, verdict }) => `${from}→${to} ${verdict.cause}${isReturn ? "*" : ""}`,
  );
}

export function judged(requests: HistoryRequest[], context: PoolContext = pool()): Judged {
  return judgeSession(history(requests), context);
}

/** The verdict on the only bounce. */
export function verdictOn(requests: HistoryRequest[], context: PoolContext = pool()) {
  const { bounces } = judged(requests, context);
  const [only] = bounces;
  if (only === undefined || bounces.length > 1)
    throw new Error(`expected one bounce, found ${bounces.length}`);
  return only.verdict;
}
