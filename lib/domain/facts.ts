/**
 * The facts that come in, as types. Everything Hopwatch shows is a pure
 * function of a set of these, whatever their order or batches.
 */

/** Milliseconds since 1970-01-01T00:00:00Z; the fraction carries microseconds. */
export type EpochMs = number;

/** One try of the load balancer to have a node answer; the last one *served* the request. */
export interface Attempt {
  /** The node as the log names it (server name or `address:port`). */
  node: string;
  status: number | null;
  durationMs: number | null;
}

/** What the log says of the persistence cookie (or route) that binds a session to a node. */
export interface Persistence {
  /** The value that the client sent. */
  presented: string | null;
  /** The value that the response set. */
  inserted: string | null;
  /** The balancer's own word, such as HAProxy's third and fourth flags, `VN`. */
  state: string | null;
}

/**
 * One access-log line, understood. What a format does not carry is null; an
 * absent number is never zero.
 */
export interface RequestLine {
  kind: "request";
  /** When the request began (accept time, or end minus duration). */
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  /** How finely the log tells time: 1 for milliseconds, 1000 for whole seconds, 0.001 for microseconds. */
  resolutionMs: number;
  lb: string | null;
  listener: string | null;
  pool: string | null;
  /** The node that served it; null when it reached none (`<NOSRV>`, rejected, cache). */
  node: string | null;
  /** That node's address where the log tells both its name and its address. */
  nodeAddress: string | null;
  /** Empty when no node was tried; the last one is `node`. */
  attempts: Attempt[];
  client: { ip: string | null; port: number | null };
  method: string | null;
  host: string | null;
  path: string | null;
  query: string | null;
  protocol: string | null;
  status: number | null;
  backendStatus: number | null;
  bytesIn: number | null;
  bytesOut: number | null;
  userAgent: string | null;
  tls: { protocol: string | null; cipher: string | null };
  /** Trace ids (the 32 hex of a traceparent), request ids, X-Amzn-Trace-Id roots, unique ids. */
  correlationIds: string[];
  /** Cookies that the client sent, by name. */
  cookies: Record<string, string>;
  /** Cookies that the response set, by name. An empty value means the cookie was deleted. */
  setCookies: Record<string, string>;
  /** Logged request headers, names in lower case. */
  headers: Record<string, string>;
  /** Logged response headers, names in lower case. */
  responseHeaders: Record<string, string>;
  /**
   * Logged fields that have no name of their own, by the balancer's expression:
   * `capture.req.hdr(0)`, `capture.res.hdr(0)`, `var(txn.sid)`, an NGINX variable (`$foo`).
   */
  captures: Record<string, string>;
  persistence: Persistence;
  /** HAProxy's termination state, Envoy's response flags, ALB's error reason. */
  termination: string | null;
  retries: number | null;
  redispatched: boolean | null;
  /** True for a protocol upgrade (WebSocket): status 101, ALB's ws and wss. */
  upgrade: boolean | null;
}

export const changeKinds = [
  "deploy",
  "config",
  "scale",
  "node-down",
  "node-up",
  "node-drain",
  "node-maintenance",
  "other",
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A dated mark: a deploy, a reload, a node going down. */
export interface Change {
  kind: "change";
  at: EpochMs;
  change: ChangeKind;
  pool: string | null;
  node: string | null;
  lb: string | null;
  title: string;
  url: string | null;
  author: string | null;
}

/** A line that is no fact: why, in words that name the field or the place. */
export interface Rejected {
  kind: "rejected";
  reason: string;
}

export type ParsedLine = RequestLine | Change | Rejected;

export const sessionEventTypes = [
  "session.created",
  "session.retrieved",
  "session.updated",
  "session.missing",
  "session.destroyed",
  "session.expired",
] as const;
export type SessionEventType = (typeof sessionEventTypes)[number];

/** What the application says of a session. `sessionId` is raw here and only here: it is hashed before it is kept. */
export interface SessionEvent {
  kind: "event";
  at: EpochMs;
  type: SessionEventType;
  sessionId: string;
  correlationId: string | null;
  node: string | null;
  pool: string | null;
  store: string | null;
  hit: boolean | null;
  latencyMs: number | null;
  previousSessionId: string | null;
  attributes: Record<string, unknown> | null;
}

export const affinityMethods = ["cookie", "source-ip", "header", "hash", "none"] as const;
export type AffinityMethod = (typeof affinityMethods)[number];
