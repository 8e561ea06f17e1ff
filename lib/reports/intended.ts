import { intendedNodes, learnBindings, toldBindings } from "@/lib/domain/bindings";
import type { HistoryRequest } from "@/lib/domain/history";
import { isOpaque, nodeNaming, nodePart } from "@/lib/domain/intended";
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
 * mean is learned from the session. A value that names no node by itself, and
 * of which the balancer said nothing in the session, is learned from others of
 * its pool too, from an hour before it to an hour after.
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
      const nodes = names.nodesOf([pool]).map(poolNode);
      const byItself = nodeNaming(nodes);
      const told = toldBindings(own);
      const isTold = (lb: string, value: string) => told.get(lb)?.has(nodePart(value)) === true;
      const values = own.flatMap(({ lb, presented: value }) =>
        value === null || isOpaque(value) || isTold(lb, value) || byItself(value) !== null
          ? []
          : [value],
      );
      const others =
        values.length === 0
          ? []
          : await persistenceValues(db, {
              pool,
              ...around,
              near: life.from,
              values: [...new Set(values)],
            });
      const bindings = learnBindings([
        ...others.map((row) => evidenceOf(names, row, row.attempts ?? 0)),
        ...own,
      ]);
      // What names a node by itself means another one only where the balancer says so.
      for (const [lb, learned] of bindings)
        for (const value of learned.keys())
          if (byItself(value) !== null && !isTold(lb, value)) learned.delete(value);
      return [pool, intendedNodes({ nodes, bindings })] as const;
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
