import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import type { Delivery } from "@/lib/store/write/rollups";
import { type Batch, countOf, sizeOf } from "./batch";

/** How much of each batch was new. @param bare how many requests that are in columns, all of which are new. */
export function tallyOutcomes(
  batches: readonly Batch[],
  fresh: readonly RequestFact[],
  bare: number,
  events: readonly EventFact[],
  changes: ReadonlySet<string>,
): { accepted: number; duplicates: number }[] {
  const sizes = batches.map(countOf);
  if (
    fresh.length + bare + events.length + changes.size ===
    sizes.reduce((sum, size) => sum + size, 0)
  )
    return sizes.map((accepted) => ({ accepted, duplicates: 0 }));
  const news = new Set<string>();
  for (const request of fresh) news.add(request.id);
  for (const event of events) news.add(event.id);
  for (const id of changes) news.add(id);
  return batches.map((batch) => {
    let accepted = batch.bare.count;
    const ids = [
      ...batch.requests.map((request) => request.id),
      ...batch.events.map((event) => event.id),
      ...batch.changes.map((change) => change.id),
    ];
    // Each fact is news once, for the first batch that brought it.
    for (const id of ids) if (news.delete(id)) accepted += 1;
    return { accepted, duplicates: countOf(batch) - accepted };
  });
}

/** What each source sent, for its rollup. */
export function deliveriesOf(
  batches: readonly Batch[],
  outcomes: readonly { accepted: number; duplicates: number }[],
): Delivery[] {
  const bySource = new Map<number, Delivery>();
  batches.forEach((batch, at) => {
    if (sizeOf(batch) === 0) return;
    const delivery = bySource.get(batch.source) ?? {
      source: batch.source,
      accepted: 0,
      duplicates: 0,
      rejected: 0,
    };
    delivery.accepted += outcomes[at]?.accepted ?? 0;
    delivery.duplicates += outcomes[at]?.duplicates ?? 0;
    delivery.rejected += batch.rejects.length;
    bySource.set(batch.source, delivery);
  });
  return [...bySource.values()];
}
