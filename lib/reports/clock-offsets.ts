import type { Queryable } from "@/lib/store/query";
import { clockSamples } from "@/lib/store/read/clock-samples";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { KnownNode, Names } from "./names";

/** Pairs are looked for in the last hour of a longer range: clocks drift. */
const windowMs = 3_600_000;
const mostPairs = 4000;
const fewestPairs = 5;

/**
 * By how many milliseconds the clock of each node's app is ahead of its load
 * balancer's: the median, over requests and events of one correlation ID, of
 * how far the event's time lies from the middle of the request's. Only nodes
 * with at least five such pairs are told of.
 */
export async function clockOffsets(
  db: Queryable,
  names: Names,
  pools: number[],
  range: AbsoluteRange,
): Promise<Map<KnownNode, number>> {
  const rows = await clockSamples(db, {
    pools,
    from: Math.max(range.from, range.to - windowMs),
    to: range.to,
    limit: mostPairs,
  });
  const offsets = new Map<KnownNode, number[]>();
  for (const row of rows) {
    const node = names.node(row.node);
    if (!node) continue;
    const all = offsets.get(node) ?? [];
    offsets.set(node, all);
    all.push(row.at - (row.started_at + row.ended_at) / 2);
  }
  const medians = new Map<KnownNode, number>();
  for (const [node, all] of offsets) {
    if (all.length < fewestPairs) continue;
    all.sort((a, b) => a - b);
    const middle = all.slice(Math.floor((all.length - 1) / 2), Math.floor(all.length / 2) + 1);
    medians.set(node, Math.round(middle.reduce((sum, ms) => sum + ms, 0) / middle.length));
  }
  return medians;
}
