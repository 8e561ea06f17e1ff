import { intendedNodes, learnBindings, toldBindings } from "@/lib/domain/bindings";
import type { HistoryRequest } from "@/lib/domain/history";
import { nodePart } from "@/lib/domain/intended";
import type { Queryable } from "@/lib/store/query";
import { persistenceValues } from "@/lib/store/read/persistence-values";
import type { SessionRequestRow } from "@/lib/store/read/session-requests";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { Names } from "./names";
import { poolNode } from "./observed";

const hourMs = 3_600_000;

/**
 * For each of a session's requests the node that its persistence cookie names
 * at its balancer; null where it presented none or nothing tells. What values
 * mean is learned from the session; where none of its requests had it from the
 * balancer, from others of its pool too, from an hour before it to an hour after.
 */
export async function intendedNodesOf(
  db: Queryable,
  names: Names,
  pools: number[],
  requests: readonly SessionRequestRow[],
  life: AbsoluteRange,
): Promise<(request: SessionRequestRow) => string | null> {
  if (requests.every((request) => request.presented === null)) return () => null;
  const around = { from: life.from - hourMs, to: life.to + hourMs };
  const askers = await Promise.all(
    pools.map(async (pool) => {
      const own = requests
        .filter((request) => request.pool === pool)
        .map((row) => evidenceOf(names, row, row.attempts?.length ?? 0));
      const values = untold(own);
      const others =
        values.length === 0
          ? []
          : await persistenceValues(db, { pool, ...around, near: life.from, values });
      const seen = [...others.map((row) => evidenceOf(names, row, row.attempts ?? 0)), ...own];
      const nodes = names.nodesOf([pool]).map(poolNode);
      return [pool, intendedNodes({ nodes, bindings: learnBindings(seen) })] as const;
    }),
  );
  const ofPool = new Map(askers);
  return (request) =>
    ofPool.get(request.pool)?.({ lb: names.lb(request.lb), presented: request.presented }) ?? null;
}

/** The values that requests presented to a balancer which has not itself said, in one of them, what they mean. */
function untold(requests: readonly HistoryRequest[]): string[] {
  const told = toldBindings(requests);
  const values = requests.flatMap(({ lb, presented }) =>
    presented === null || told.get(lb)?.has(nodePart(presented)) ? [] : [presented],
  );
  return [...new Set(values)];
}

interface Seen {
  id: string;
  started_at: number;
  lb: number;
  node: number | null;
  presented: string | null;
  inserted: string | null;
  persistence_state: string | null;
  retries: number | null;
  redispatched: boolean | null;
}

/** What of a request tells the meaning of its persistence values; the rest is left unknown. */
function evidenceOf(names: Names, row: Seen, attempts: number): HistoryRequest {
  const node = row.node === null ? null : names.nodeName(row.node);
  return {
    id: row.id,
    startedAt: row.started_at,
    lb: names.lb(row.lb),
    node,
    rawNode: node,
    presented: row.presented,
    inserted: row.inserted,
    persistenceState: row.persistence_state,
    retries: row.retries,
    redispatched: attempts > 1 ? true : row.redispatched,
    attempts: [],
    endedAt: null,
    durationMs: null,
    seq: null,
    coarse: false,
    listener: null,
    client: null,
    clientPort: null,
    status: null,
    backendStatus: null,
    method: null,
    path: null,
    termination: null,
    upgrade: null,
    tie: 1,
    starts: false,
    correlationIds: [],
    hasKey: null,
  };
}
