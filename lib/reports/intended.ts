import { intendedNodes, learnBindings } from "@/lib/domain/bindings";
import type { HistoryRequest } from "@/lib/domain/history";
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
 * mean is learned from the session and from others of its pool, from an hour
 * before it to an hour after.
 */
export async function intendedNodesOf(
  db: Queryable,
  names: Names,
  pools: number[],
  requests: readonly SessionRequestRow[],
  life: AbsoluteRange,
): Promise<(request: SessionRequestRow) => string | null> {
  const values = [...new Set(requests.flatMap((request) => request.presented ?? []))];
  if (values.length === 0) return () => null;
  const around = { from: life.from - hourMs, to: life.to + hourMs };
  const askers = await Promise.all(
    pools.map(async (pool) => {
      const others = await persistenceValues(db, { pool, ...around, near: life.from, values });
      const own = requests.filter((request) => request.pool === pool);
      const seen = [
        ...others.map((row) => evidenceOf(names, row, row.attempts ?? 0)),
        ...own.map((row) => evidenceOf(names, row, row.attempts?.length ?? 0)),
      ];
      const nodes = names.nodesOf([pool]).map(poolNode);
      return [pool, intendedNodes({ nodes, bindings: learnBindings(seen) })] as const;
    }),
  );
  const ofPool = new Map(askers);
  return (request) =>
    ofPool.get(request.pool)?.({ lb: names.lb(request.lb), presented: request.presented }) ?? null;
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
