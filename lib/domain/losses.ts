import type { Evidence } from "./evidence";
import type { EpochMs } from "./facts";
import {
  compareEvents,
  eventsInOrder,
  type HistoryEvent,
  type HistoryRequest,
  type SessionHistory,
} from "./history";
import type { PoolContext, StoreTrouble } from "./pool-context";

export type LostTo = "routing" | "storage" | "client";

/** A `session.missing` with who is to answer for it; `lostTo` is null when nothing tells. */
export interface LossVerdict {
  event: HistoryEvent;
  /** The request in which it was missed. */
  request: HistoryRequest | null;
  node: string | null;
  lostTo: LostTo | null;
  /** 0 to 1. */
  confidence: number;
  evidence: Evidence[];
}

/** An event at the time of its request, by the balancer's clock, so that a skewed app clock orders nothing wrong. */
interface Placed {
  at: EpochMs;
  event: HistoryEvent;
  request: HistoryRequest | null;
  node: string | null;
}

const NEAR_MS = 2_000;
/** A session that nobody asked for this long may have timed out in the app. */
const STALE_MS = 30 * 60_000;

const sharedStores =
  /redis|valkey|memcache|dynamo|mongo|postgres|mysql|maria|sql|cassandra|hazelcast|infinispan|couch|etcd|database|\bdb\b|shared|remote/i;
const localStores = /memory|local|in-?proc|heap|file|disk|process/i;

/**
 * Each `session.missing` of a session, with what lost it:
 * `routing` when the node that missed it is not the one that had it and the
 * nodes do not share a store; `storage` when the session stayed, or the store is
 * shared, and the app had known it; `client` when the app had ended it, or never
 * knew it.
 */
export function judgeLosses(
  history: SessionHistory,
  bounces: readonly { request: HistoryRequest; from: string; to: string }[],
  context: PoolContext,
): LossVerdict[] {
  const placed = place(history);
  const losses: LossVerdict[] = [];
  let lastLoss: LossVerdict | null = null;
  let ended: Placed | null = null;
  let known: Placed | null = null;
  for (const one of placed) {
    switch (one.event.type) {
      case "session.created":
      case "session.updated":
        known = one;
        ended = null;
        lastLoss = null;
        break;
      case "session.retrieved":
        if (one.event.hit !== false) {
          known = one;
          ended = null;
          lastLoss = null;
        }
        break;
      case "session.destroyed":
      case "session.expired":
        ended = one;
        break;
      case "session.missing": {
        const verdict: LossVerdict =
          lastLoss !== null && lastLoss.node === one.node
            ? again(one, lastLoss)
            : judge(one, { known, ended, placed, history, bounces, context });
        losses.push(verdict);
        lastLoss = verdict;
        break;
      }
    }
  }
  return losses;
}

function place(history: SessionHistory): Placed[] {
  const { requests } = history;
  return eventsInOrder(history.events)
    .map((event) => {
      const request = requestOf(event, requests);
      return {
        at: request?.startedAt ?? event.at,
        event,
        request,
        node: event.node ?? request?.node ?? null,
      };
    })
    .sort((a, b) => a.at - b.at || compareEvents(a.event, b.event));
}

/** The request that an event belongs to: by correlation ID, else the one it falls into on its node. */
function requestOf(
  event: HistoryEvent,
  requests: readonly HistoryRequest[],
): HistoryRequest | null {
  const { correlation } = event;
  if (correlation !== null) {
    const sharing = requests.filter((r) => r.correlationIds.includes(correlation));
    const found = sharing.find((r) => r.node === event.node) ?? sharing[0];
    if (found !== undefined) return found;
  }
  const within = requests.filter(
    (r) =>
      r.node !== null &&
      (event.node === null || r.node === event.node) &&
      event.at >= r.startedAt - NEAR_MS &&
      event.at <= (r.endedAt ?? r.startedAt) + NEAR_MS,
  );
  const distance = (r: HistoryRequest) =>
    Math.max(0, r.startedAt - event.at, event.at - (r.endedAt ?? r.startedAt));
  let nearest: HistoryRequest | null = null;
  for (const r of within) if (nearest === null || distance(r) < distance(nearest)) nearest = r;
  return nearest;
}

function again(one: Placed, before: LossVerdict): LossVerdict {
  return {
    event: one.event,
    request: one.request,
    node: one.node,
    lostTo: before.lostTo,
    confidence: before.confidence,
    evidence: [
      {
        field: "event",
        value: "session.missing",
        meaning: "missed before on the same node, and not known since",
      },
      ...before.evidence,
    ],
  };
}

interface Surroundings {
  known: Placed | null;
  ended: Placed | null;
  placed: readonly Placed[];
  history: SessionHistory;
  bounces: readonly { request: HistoryRequest; from: string; to: string }[];
  context: PoolContext;
}

function judge(one: Placed, around: Surroundings): LossVerdict {
  const { known, ended, history, bounces, context } = around;
  const evidence: Evidence[] = [];
  const verdict = (lostTo: LostTo | null, confidence: number, ...more: Evidence[]) => ({
    event: one.event,
    request: one.request,
    node: one.node,
    lostTo,
    confidence,
    evidence: [...more, ...evidence],
  });

  if (ended !== null)
    return verdict("client", 0.92, {
      field: "event",
      value: ended.event.type,
      meaning: "the app had ended the session, and the client went on using its ID",
    });

  const trouble = troubleAt(context, one);
  if (trouble !== null) evidence.push(troubleEvidence(trouble));
  const home = homeBefore(one, known, history);
  if (home === null) {
    if (trouble !== null) return verdict("storage", 0.7);
    return verdict("client", 0.6, {
      field: "session",
      value: "-",
      meaning: "neither the app nor the log knew this session before: the client brought its ID",
    });
  }
  evidence.push({
    field: home.by,
    value: home.node ?? "-",
    meaning:
      home.by === "request.node"
        ? "the node that had served the session before"
        : "the node on which the app had last known the session",
  });
  if (home.node === null || one.node === null) {
    if (trouble !== null) return verdict("storage", 0.8);
    const bounce = bounces.find((b) => b.request.id === one.request?.id);
    return bounce === undefined
      ? verdict(null, 0)
      : verdict("routing", 0.75, movedEvidence(bounce.from, bounce.to));
  }

  const moved = home.node !== one.node;
  const store = storeKind(one, around.placed);
  if (moved) {
    const move = movedEvidence(home.node, one.node);
    if (store.kind === "shared") {
      evidence.push(store.evidence);
      return verdict("storage", trouble === null ? 0.72 : 0.9);
    }
    if (store.kind === "local") return verdict("routing", 0.95, move, store.evidence);
    if (trouble !== null && trouble.kind !== "misses") return verdict("storage", 0.7);
    return verdict("routing", trouble === null ? 0.9 : 0.7, move);
  }
  const stayed: Evidence = {
    field: "node",
    value: one.node,
    meaning: "the session had stayed on this node: routing did not lose it",
  };
  if (trouble !== null) return verdict("storage", 0.95, stayed);
  const restart = context.changes.find(
    (change) =>
      (change.node === one.node || change.node === null) &&
      change.kind !== "other" &&
      change.kind !== "node-drain" &&
      change.at > home.at &&
      change.at <= one.at,
  );
  if (restart !== undefined)
    return verdict("storage", 0.9, stayed, {
      field: "change",
      value: restart.title,
      meaning: "between the last request that the app knew the session in, and this one",
    });
  if (one.at - home.at >= STALE_MS)
    return verdict("client", 0.5, {
      field: "idle",
      value: `${Math.round((one.at - home.at) / 60_000)} min`,
      meaning: "the session had not been used for so long that the app may have let it expire",
    });
  return verdict("storage", 0.85, stayed);
}

function movedEvidence(from: string, to: string): Evidence {
  return {
    field: "node",
    value: `${from} → ${to}`,
    meaning: `the request went to ${to}, and the session was on ${from}`,
  };
}

/** Where the session was at home before: where the app last knew it, else where it was last served. */
function homeBefore(
  one: Placed,
  known: Placed | null,
  history: SessionHistory,
): { node: string | null; at: EpochMs; by: "event.node" | "request.node" } | null {
  if (known !== null) return { node: known.node, at: known.at, by: "event.node" };
  const before = history.requests.findLast(
    (r) => r.node !== null && r.startedAt < one.at && r.id !== one.request?.id,
  );
  return before === undefined
    ? null
    : { node: before.node, at: before.startedAt, by: "request.node" };
}

function troubleAt(context: PoolContext, one: Placed): StoreTrouble | null {
  return (
    context.store?.troubles.find(
      (trouble) =>
        one.at >= trouble.from - NEAR_MS &&
        one.at <= trouble.to + NEAR_MS &&
        (trouble.store === null || one.event.store === null || trouble.store === one.event.store),
    ) ?? null
  );
}

const troubleWords: Record<StoreTrouble["kind"], string> = {
  outage: "the store knew next to no session",
  restart: "the store was restarted",
  eviction: "the store was evicting sessions",
  misses: "the store missed far more sessions than usual",
};

function troubleEvidence(trouble: StoreTrouble): Evidence {
  return {
    field: `store ${trouble.store ?? ""}`.trim(),
    value: `${trouble.misses} of ${trouble.lookups} missed, on ${trouble.nodes} nodes`,
    meaning: `${troubleWords[trouble.kind]} at that time`,
  };
}

/** Whether the nodes share the session store: a session made on one node and found on another proves it; else its name tells. */
function storeKind(
  one: Placed,
  placed: readonly Placed[],
): { kind: "shared" | "local"; evidence: Evidence } | { kind: null } {
  const found = new Set<string>();
  for (const { event, node } of placed) {
    if (node === null) continue;
    if (event.type === "session.created") found.add(node);
    if (event.type === "session.retrieved" && event.hit === true) found.add(node);
  }
  if (found.size >= 2)
    return {
      kind: "shared",
      evidence: {
        field: "event.node",
        value: [...found].sort().join(", "),
        meaning: "the session was known on several nodes: they share the store",
      },
    };
  const { store } = one.event;
  if (store === null) return { kind: null };
  const kind = localStores.test(store) ? "local" : sharedStores.test(store) ? "shared" : null;
  if (kind === null) return { kind };
  return {
    kind,
    evidence: {
      field: "event.store",
      value: store,
      meaning: kind === "local" ? "each node keeps its own sessions" : "the nodes share the store",
    },
  };
}
