import type { HistoryEvent, SessionHistory } from "@/lib/domain/history";
import { historyRequest } from "@/lib/store/settle/history-request";
import type { EventRecord, RequestRecord, SessionRecord } from "@/lib/store/settle/history-rows";
import type { NameBook } from "./name-book";

function historyEvent(row: EventRecord, pool: number, names: NameBook): HistoryEvent {
  const node = row.node === null ? null : names.nodeNamed(pool, row.node);
  return {
    id: row.id,
    at: row.at,
    type: row.type,
    node: node?.name ?? row.node,
    reportedNode: row.node,
    store: row.store,
    hit: row.hit,
    latencyMs: row.latencyMs,
    correlation: row.correlation,
    previousSession: row.previousSession,
  };
}

/** A session in one pool, with the records that its history was made of. */
export interface PooledHistory {
  session: string;
  poolId: number;
  history: SessionHistory;
  requests: Map<string, RequestRecord>;
  from: number;
  to: number;
}

/**
 * The histories of sessions, one for each pool they were seen in. An event
 * goes to the pool of the request that shares its correlation ID, else to the
 * pool that it names, else to where the session made most requests.
 */
export function pooledHistories(
  sessions: readonly SessionRecord[],
  requests: readonly RequestRecord[],
  events: readonly EventRecord[],
  names: NameBook,
): PooledHistory[] {
  const histories = new Map<string, PooledHistory[]>();
  for (const row of [...sessions].sort((a, b) => b.requests - a.requests || a.pool - b.pool)) {
    const pooled: PooledHistory = {
      session: row.session,
      poolId: row.pool,
      history: { session: row.session, pool: names.pool(row.pool), requests: [], events: [] },
      requests: new Map(),
      from: row.firstSeen,
      to: row.lastSeen,
    };
    const others = histories.get(row.session);
    if (others) others.push(pooled);
    else histories.set(row.session, [pooled]);
  }
  const poolOfCorrelation = new Map<string, PooledHistory>();
  for (const row of requests) {
    const pooled = histories.get(row.session)?.find((other) => other.poolId === row.pool);
    if (!pooled || row.tie === 0) continue;
    pooled.history.requests.push(historyRequest(row, names));
    pooled.requests.set(row.id, row);
    for (const correlation of row.correlations ?? []) {
      const key = `${row.session}\0${correlation}`;
      const other = poolOfCorrelation.get(key);
      if (!other || pooled.poolId < other.poolId) poolOfCorrelation.set(key, pooled);
    }
  }
  for (const row of events) {
    const own = histories.get(row.session);
    const pooled =
      (row.correlation === null
        ? undefined
        : poolOfCorrelation.get(`${row.session}\0${row.correlation}`)) ??
      (row.pool === 0 ? undefined : own?.find((other) => other.poolId === row.pool)) ??
      own?.[0];
    pooled?.history.events.push(historyEvent(row, pooled.poolId, names));
  }
  return [...histories.values()].flat();
}
