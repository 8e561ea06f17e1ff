import type { z } from "zod";
import type { poolRangeQuery, Transitions } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { moveCounts } from "@/lib/store/read/move-counts";
import { nodeLoad } from "@/lib/store/read/node-load";
import { sessionStarts } from "@/lib/store/read/session-starts";
import { tiedRequests } from "@/lib/store/read/tied-requests";
import { rangeOf, wholeMinutes } from "@/lib/view/range";
import { Names } from "./names";
import { round } from "./wire";

/** Up to so many requests are counted; of more, a sample of about as many. */
const counted = 1_000_000;

/**
 * The moves between nodes in the range, and for each node the share of the
 * requests following one on it that stayed. Nodes in order of first sight,
 * those with a request or a move in the range.
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
  const [moves, starts, load] = await Promise.all([
    moveCounts(db, { pools, ...range }),
    sessionStarts(db, { pools, ...range }),
    nodeLoad(db, { pools: ofPools, nodes, ...wholeMinutes(range) }),
  ]);
  const requests = load.reduce((sum, row) => sum + row.requests, 0);
  const percent = Math.min(100, Math.max(0.01, (100 * counted) / Math.max(requests, 1)));
  const tied = requests === 0 ? [] : await tiedRequests(db, { pools, ...range, percent });

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
    of(row.from_node).out += row.n;
    of(row.to_node).into += row.n;
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
