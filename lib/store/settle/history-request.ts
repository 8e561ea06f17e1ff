import type { HistoryRequest } from "@/lib/domain/history";
import type { RequestRecord } from "./history-rows";

/** What the ids and written names of a stored request mean. */
export interface RequestNames {
  lb(id: number): string;
  /** The canonical name of the node of an id. */
  nodeName(id: number): string;
  /** The name under which a log named the node of an id. */
  rawNode(id: number): string | null;
  /** The canonical name for a written one of a pool; null where it is not known there. */
  named(pool: number, written: string): string | null;
}

/** A stored request as the judging needs it, its nodes by their canonical names. */
export function historyRequest(row: RequestRecord, names: RequestNames): HistoryRequest {
  const node = row.node === null ? null : names.nodeName(row.node);
  const attempts = (row.attempts ?? []).map((attempt) => ({
    ...attempt,
    node: names.named(row.pool, attempt.node) ?? attempt.node,
  }));
  return {
    id: row.id,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    durationMs: row.durationMs,
    seq: row.seq,
    coarse: row.seq !== null,
    lb: names.lb(row.lb),
    listener: row.listener,
    node,
    rawNode: row.node === null ? null : names.rawNode(row.node),
    attempts:
      attempts.length > 0 || node === null
        ? attempts
        : [{ node, status: row.backendStatus, durationMs: null }],
    client: row.client,
    clientPort: row.clientPort,
    status: row.status,
    backendStatus: row.backendStatus,
    method: row.method,
    path: row.path,
    presented: row.presented,
    inserted: row.inserted,
    persistenceState: row.persistenceState,
    termination: row.termination,
    retries: row.retries,
    redispatched: row.redispatched,
    upgrade: row.upgrade,
    tie: row.tie,
    starts: row.starts,
    correlationIds: row.correlations ?? [],
    hasKey: row.hasKey,
  };
}
