import { type ClockOffset, type ClockSample, clockOffset } from "@/lib/domain/clock";
import type { Queryable } from "@/lib/store/query";
import { clockSamples } from "@/lib/store/read/clock-samples";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { KnownNode, Names } from "./names";

/** Pairs are looked for in the last hour of the range, or the hour up to its end: clocks drift. */
const windowMs = 3_600_000;
/** By a clock that is ahead, what happened just now is still to come. */
const aheadMs = 600_000;
const mostPairs = 400;
/** A node's clock is known well by some ten pairs; of few, most may be of other pools, whose events lie among them. */
const pairsPerNode = 10;
const fewPairs = 100;
/** Of some nodes among many no more are read than they need: each pair lies on pages of its own. */
const leastPairs = 20;
/** Events that are read at most to find those of some nodes among all nodes'. */
const mostRead = 2_000;

/**
 * How far the clock of each node's app is ahead of its load balancers', from
 * requests and events of one correlation ID. A node without enough of them is
 * left out.
 *
 * @param how over how long a time, of how many events at most, how far beyond the range by the apps' clocks; nothing is
 * asked of `others` of the nodes.
 */
export async function clockOffsets(
  db: Queryable,
  names: Names,
  pools: number[],
  range: AbsoluteRange,
  how: {
    overMs?: number;
    most?: number;
    aheadMs?: number;
    others?: ReadonlySet<KnownNode>;
  } = {},
): Promise<Map<KnownNode, ClockOffset>> {
  const { others = new Set<KnownNode>() } = how;
  const all = names.nodesOf(pools);
  const asked = all.filter((node) => !others.has(node));
  const own = new Set(asked.flatMap(namesFor));
  const limit = how.most ?? pairsFor(asked.length);
  const rows = await clockSamples(db, {
    pools,
    except: [...others].flatMap(namesFor).filter((name) => !own.has(name)),
    from: range.to - (how.overMs ?? windowMs),
    to: range.to + (how.aheadMs ?? aheadMs),
    read: Math.max(
      limit,
      Math.min(mostRead, Math.ceil((limit * all.length) / Math.max(1, asked.length))),
    ),
    limit,
    pairs:
      others.size > 0 ? Math.min(limit, Math.max(leastPairs, pairsPerNode * asked.length)) : limit,
  });
  const samples = new Map<KnownNode, ClockSample[]>();
  for (const row of rows) {
    const node = names.node(row.node);
    if (!node) continue;
    const all = samples.get(node) ?? [];
    samples.set(node, all);
    const { at: eventAt, started_at: startedAt, ended_at: endedAt, coarse } = row;
    all.push({ eventAt, startedAt, endedAt, coarse });
  }
  const offsets = new Map<KnownNode, ClockOffset>();
  for (const [node, all] of samples) {
    const offset = clockOffset(all);
    if (offset) offsets.set(node, offset);
  }
  return offsets;
}

function namesFor({ name, aliases }: KnownNode): string[] {
  return [name, ...aliases.map((alias) => alias.name)];
}

function pairsFor(nodes: number): number {
  return Math.min(mostPairs, Math.max(fewPairs, pairsPerNode * nodes));
}
