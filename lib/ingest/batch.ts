import type { ChangeInsert, EventFact, RejectFact, RequestFact } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";

/** Facts that one delivery brought, or a part of it; written whole or not at all. */
export interface Batch {
  /** Source ids of the delivery; 0 for events and changes that came without one. */
  source: number;
  receivedAt: EpochMs;
  requests: RequestFact[];
  events: EventFact[];
  changes: ChangeInsert[];
  rejects: RejectFact[];
}

export interface BatchOutcome {
  accepted: number;
  duplicates: number;
  /** Resolves once the bounces and losses of the batch have been found, too. */
  settled: Promise<void>;
}

export function emptyBatch(source: number, receivedAt: EpochMs): Batch {
  return { source, receivedAt, requests: [], events: [], changes: [], rejects: [] };
}

export function sizeOf(batch: Batch): number {
  return batch.requests.length + batch.events.length + batch.changes.length + batch.rejects.length;
}
