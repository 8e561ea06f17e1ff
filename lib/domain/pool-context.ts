import type { AffinityMethod, ChangeKind, EpochMs } from "./facts";
import type { HistoryRequest } from "./history";

/** A change or a node-state line near the session, with its node under the canonical name. */
export interface ChangeFact {
  at: EpochMs;
  kind: ChangeKind;
  /** Canonical name; null when the change concerns the whole pool. */
  node: string | null;
  /** Null when the change concerns every balancer of the pool. */
  lb: string | null;
  title: string;
}

export interface PoolNode {
  /** Canonical name. */
  name: string;
  aliases: string[];
  /** `address:port`, or an address alone. */
  addresses: string[];
}

/** The affinity that was declared for a source. */
export interface DeclaredAffinity {
  method: AffinityMethod;
  cookie?: string | null;
  idleSeconds?: number | null;
  lifeSeconds?: number | null;
}

/** The affinity that is at work in one pool at one balancer, as its traffic shows it. */
export interface AffinityFound {
  lb: string;
  method: AffinityMethod;
  /** 0 to 1: how sure the method is, given how much traffic there was. */
  confidence: number;
  cookie: string | null;
  /** Of the responses to clients that had presented no persistence cookie, the share that set one; null without such. */
  setShare: number | null;
  /** Of the requests of sessions that had been given the cookie, the share that presented it; null without such. */
  presentedShare: number | null;
  /** Apparent idle and life times of the cookie, in seconds; null where nothing shows them. */
  idleSeconds: number | null;
  lifeSeconds: number | null;
  requests: number;
  sessions: number;
  /** What differs from the declared affinity, as a sentence; null when nothing does. */
  mismatch: string | null;
}

/** When a node was first and last seen to serve through a balancer, within the window that was looked at. */
export interface NodeSpan {
  lb: string;
  node: string;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
}

/** A move of some session of the pool from one node to another. */
export interface Move {
  session: string;
  at: EpochMs;
  lb: string;
  from: string;
  to: string;
}

/** A time in which a session store was not to be relied on. */
export interface StoreTrouble {
  /** Null: the pool's only or unnamed store. */
  store: string | null;
  from: EpochMs;
  to: EpochMs;
  kind: "outage" | "restart" | "eviction" | "misses";
  /** Sessions that the app did not know in this time, and look-ups in all. */
  misses: number;
  lookups: number;
  /** Nodes whose look-ups missed. */
  nodes: number;
}

export interface StoreHealth {
  troubles: StoreTrouble[];
  /** Misses over look-ups outside the troubles, 0 to 1; null without look-ups. */
  missRate: number | null;
}

export const logFields = [
  "sessionKey",
  "correlation",
  "client",
  "presented",
  "inserted",
  "persistenceState",
  "termination",
  "attempts",
  "retries",
  "upgrade",
  "duration",
  "fineTime",
  "nodeStates",
] as const;
/** What a log may carry that bears on a cause. */
export type LogField = (typeof logFields)[number];

/** What one balancer's log carries. */
export interface LogCarries {
  /** The format's wire name, such as `haproxy-http`; null when it is not known. */
  format: string | null;
  fields: ReadonlySet<LogField>;
}

/** What is known of the pool around a session. Everything but the name may be empty. */
export interface PoolContext {
  pool: string;
  declared: DeclaredAffinity | null;
  /** One for each balancer whose traffic showed its affinity. */
  found: readonly AffinityFound[];
  /** Changes and node-state lines from some time before the session's first request to some time after its last. */
  changes: readonly ChangeFact[];
  nodes: readonly PoolNode[];
  /** For each balancer: the node that each persistence value was seen to name there. */
  bindings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By balancer and node; empty where not gathered. */
  spans: readonly NodeSpan[];
  /** When each node served, of the requests that were looked at, in order; empty where not gathered. */
  served: ReadonlyMap<string, readonly EpochMs[]>;
  /** When attempts on each node failed and were passed on, of the requests that were looked at, in order. */
  failed: ReadonlyMap<string, readonly EpochMs[]>;
  /** Moves of any session of the pool around this session's time; empty where not gathered. */
  moves: readonly Move[];
  store: StoreHealth | null;
  /** By balancer. */
  logs: ReadonlyMap<string, LogCarries>;
}

/** A context that knows nothing but the pool's name. */
export function emptyContext(pool: string): PoolContext {
  return {
    pool,
    declared: null,
    found: [],
    changes: [],
    nodes: [],
    bindings: new Map(),
    spans: [],
    served: new Map(),
    failed: new Map(),
    moves: [],
    store: null,
    logs: new Map(),
  };
}

/** When each node served any of these requests, in order. */
export function servedTimes(requests: Iterable<HistoryRequest>): Map<string, EpochMs[]> {
  const times = new Map<string, EpochMs[]>();
  for (const { node, startedAt } of requests) {
    if (node !== null) note(times, node, startedAt);
  }
  return inOrder(times);
}

/**
 * When attempts on each node failed, in order: refused, closed (502) or timed
 * out (504), with the request passed on to another node.
 */
export function failedTimes(requests: Iterable<HistoryRequest>): Map<string, EpochMs[]> {
  const times = new Map<string, EpochMs[]>();
  for (const { attempts, node, startedAt } of requests)
    for (const { node: tried, status } of attempts.slice(0, -1))
      if (tried !== node && (status === null || status === 502 || status === 504))
        note(times, tried, startedAt);
  return inOrder(times);
}

function note(times: Map<string, EpochMs[]>, node: string, at: EpochMs): void {
  const own = times.get(node);
  if (own === undefined) times.set(node, [at]);
  else own.push(at);
}

function inOrder(times: Map<string, EpochMs[]>): Map<string, EpochMs[]> {
  for (const own of times.values()) own.sort((a, b) => a - b);
  return times;
}
