import type { ChangeInsert, EventFact, RejectFact, RequestFact } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";
import { BareRequests } from "@/lib/store/write/bare-requests";

/** Facts that one delivery brought, or a part of it; written whole or not at all. */
export interface Batch {
  /** Source ids of the delivery; 0 for events and changes that came without one. */
  source: number;
  receivedAt: EpochMs;
  /** What it is a part of; the parts of one delivery have no request in common. */
  delivery: object;
  requests: RequestFact[];
  /** Requests of ordinary lines. */
  bare: BareRequests;
  events: EventFact[];
  changes: ChangeInsert[];
  rejects: RejectFact[];
  /** Bytes of the lines whose facts wait as objects. */
  bytes: number;
}

/** Bytes of lines that count as much as a fact, however few they are. */
const bytesPerFact = 1024;

export function emptyBatch(
  source: number,
  receivedAt: EpochMs,
  delivery: object = {},
  bare = new BareRequests(),
): Batch {
  return {
    source,
    receivedAt,
    delivery,
    requests: [],
    bare,
    events: [],
    changes: [],
    rejects: [],
    bytes: 0,
  };
}

/** How much it is to hold and to write, in ordinary facts: its facts, or more where they are long. */
export function sizeOf(batch: Batch): number {
  return Math.max(countOf(batch) + batch.rejects.length, Math.ceil(batch.bytes / bytesPerFact));
}

/** How many facts it has beside the lines that were rejected. */
export function countOf({ requests, bare, events, changes }: Batch): number {
  return requests.length + bare.count + events.length + changes.length;
}

/** When the last of its lines so far was written: as its request ended. Null where it has none. */
export function lastWritten({ requests, bare }: Batch): EpochMs | null {
  const request = requests.at(-1);
  const last = bare.count - 1;
  const ofRequest = request ? request.startedAt + (request.durationMs ?? 0) : null;
  const ofBare = last < 0 ? null : (bare.startedAt[last] ?? 0) + (bare.durationMs[last] ?? 0);
  if (ofRequest === null || ofBare === null) return ofRequest ?? ofBare;
  return Math.max(ofRequest, ofBare);
}

export const dayMs = 86_400_000;

/** The days (since 1970, UTC) that facts lie in. */
export function daysOf(
  requests: readonly RequestFact[],
  bare: BareRequests,
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
  for (let n = 0; n < bare.count; n++) enter(bare.startedAt[n] ?? 0);
  for (const event of events) enter(event.at);
  return days;
}
