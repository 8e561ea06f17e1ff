import type { z } from "zod";
import type { poolRangeQuery, Transitions } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { moveCounts } from "@/lib/store/read/move-counts";
import { nodeLoad } from "@/lib/store/read/node-load";
import { sessionStarts } from "@/lib/store/read/session-starts";
import { tiedRequests } from "@/lib/store/read/tied-requests";
import { rangeOf, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { Names } from "./names";
import { round } from "./wire";

/** Up to so many requests are all counted; of more, those of windows of time that hold about as many. */
const counted = 60_000;
const mostWindows = 24;

/**
 * The moves between nodes in the range, and for each node the share of the
 * requests following one on it that stayed; where there are very many requests,
 * of those in windows spread evenly over the range. Nodes in order of first
 * sight, those with a request or a move in the range.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function transitions(
  db: Queryable,
  query: z.output<typeof poolRangeQuery>,
  now: number,
): Promise<Transitions> {
  const range = rangeOf(query, now);
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const { pools: ofPools, nodes } = names.keys(pools, "without none");
  const load = await nodeLoad(db, { pools: ofPools, nodes, ...wholeMinutes(range) });
  const windows = windowsOf(
    range,
    load.reduce((sum, row) => sum + row.requests, 0),
  );
  const [moves, starts, tied] = await Promise.all([
    moveCounts(db, { pools, ...windows }),
    sessionStarts(db, { pools, ...windows }),
    tiedRequests(db, { pools, ...windows }),
  ]);

  const sums = new Map<string, { tied: number; starts: number; into: number; out: number }>();
  const of = (id: number) => {
    const name = names.nodeName(id);
    const known = sums.get(name) ?? { tied: 0, starts: 0, into: 0, out: 0 };
    sums.set(name, known);
    return known;
  };
  for (const row of tied) of(row.node).tied += row.n;
  for (const row of starts) of(row.node).starts += row.n;
  const items = new Map<string, Transitions["items"][number]>();
  for (const row of moves) {
    of(row.from_node).out += row.within;
    of(row.to_node).into += row.within;
    const [from, to] = [names.nodeName(row.from_node), names.nodeName(row.to_node)];
    const item = items.get(`${from}\0${to}`) ?? { from, to, bounces: 0, byCause: {} };
    items.set(`${from}\0${to}`, item);
    item.bounces += row.n;
    item.byCause[row.cause] = (item.byCause[row.cause] ?? 0) + row.n;
  }
  const served = new Set(load.map((row) => names.nodeName(row.node)));
  const shown = [...new Set(names.nodesOf(pools).map((node) => node.name))].filter(
    (name) => served.has(name) || sums.has(name),
  );
  return {
    nodes: shown,
    stay: shown.map((name) => {
      const sum = sums.get(name);
      if (!sum) return null;
      // What came to the node neither as a session's first request nor by a move had been there before.
      const stayed = Math.max(0, sum.tied - sum.starts - sum.into);
      return stayed + sum.out === 0 ? null : round(stayed / (stayed + sum.out), 9);
    }),
    items: [...items.values()].sort((a, b) => b.bounces - a.bounces),
  };
}

/** The whole range, or windows spread evenly over it that hold about as many requests as are counted. */
function windowsOf(range: AbsoluteRange, requests: number) {
  const length = range.to - range.from;
  if (requests <= counted) return { ...range, period: length, width: length };
  const period = Math.ceil(length / mostWindows);
  return { ...range, period, width: Math.max(1, Math.round((period * counted) / requests)) };
}
