import type { ChangeInsert, EventFact, RejectFact, RequestFact } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";

/** Facts that one delivery brought, or a part of it; written whole or not at all. */
export interface Batch {
  /** Source ids of the delivery; 0 for events and changes that came without one. */
  source: number;
  receivedAt: EpochMs;
  /** What it is a part of; the parts of one delivery have no request in common. */
  delivery: object;
  requests: RequestFact[];
  events: EventFact[];
  changes: ChangeInsert[];
  rejects: RejectFact[];
}

export function emptyBatch(source: number, receivedAt: EpochMs, delivery: object = {}): Batch {
  return { source, receivedAt, delivery, requests: [], events: [], changes: [], rejects: [] };
}

export function sizeOf(batch: Batch): number {
  return batch.requests.length + batch.events.length + batch.changes.length + batch.rejects.length;
}

export const dayMs = 86_400_000;

/** The days (since 1970, UTC) that facts lie in. */
export function daysOf(
  requests: readonly RequestFact[],
  events: readonly EventFact[],
): Set<number> {
  const days = new Set<number>();
  let last = Number.NaN;
  const enter = (at: EpochMs) => {
    const day = Math.floor(at / dayMs);
    if (day !== last) days.add(day);
    last = day;
  };
  for (const request of requests) enter(request.startedAt);
  for (const event of events) enter(event.at);
  return days;
}
