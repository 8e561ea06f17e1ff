import type { z } from "zod";
import type { Transitions, transitionsQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { moveCounts } from "@/lib/store/read/move-counts";
import { nodeLoad } from "@/lib/store/read/node-load";
import { sampledRequests } from "@/lib/store/read/sampled-requests";
import { sessionStarts } from "@/lib/store/read/session-starts";
import { tiedRequests } from "@/lib/store/read/tied-requests";
import { rangeOf, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { Names } from "./names";
import { bounceShare, mostBounces } from "./volume";
import { round } from "./wire";

/** Up to so many requests are all counted. */
const counted = 60_000;
/** Of more, so many in so many windows of time tell which were a session's, and which its first. */
const sampled = 6_000;
const windows = 8;

/**
 * The moves between nodes in the range, and for each node the share of the
 * requests following one on it that stayed. Of more than 60,000 requests, some
 * 6,000 in windows spread evenly over the range tell how many of a node's
 * follow another, which of n looked at on the node is off by less than
 * 1/sqrt(n); of more than 120,000 bounces, those of one session in 4 (32, 256)
 * stand for all. Nodes in order of first sight, those with a request or a move
 * in the range; with `top`, only so many of those with most moves.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function transitions(
  db: Queryable,
  query: z.output<typeof transitionsQuery>,
  now: number,
): Promise<Transitions> {
  const range = rangeOf(query, now);
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const { pools: ofPools, nodes } = names.keys(pools, "without none");
  const [load, share] = await Promise.all([
    nodeLoad(db, { pools: ofPools, nodes, ...wholeMinutes(range) }),
    bounceShare(db, pools, range, mostBounces),
  ]);
  const [moves, [starts, tied]] = await Promise.all([
    moveCounts(db, share, { pools, ...range }),
    followers(db, pools, range, load),
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
    of(row.from_node).out += row.n;
    of(row.to_node).into += row.n;
    const [from, to] = [names.nodeName(row.from_node), names.nodeName(row.to_node)];
    const key = `${from}\0${to}`;
    let item = items.get(key);
    if (!item) {
      item = { from, to, bounces: 0, byCause: {} };
      items.set(key, item);
    }
    item.bounces += row.n;
    item.byCause[row.cause] = (item.byCause[row.cause] ?? 0) + row.n;
  }
  const served = new Set(load.map((row) => names.nodeName(row.node)));
  const found = [...new Set(names.nodesOf(pools).map((node) => node.name))].filter(
    (name) => served.has(name) || sums.has(name),
  );
  const movesOf = (name: string) => {
    const { out = 0, into = 0 } = sums.get(name) ?? {};
    return out + into;
  };
  const busiest = new Set(
    [...found].sort((a, b) => movesOf(b) - movesOf(a)).slice(0, query.top ?? found.length),
  );
  const shown = found.filter((name) => busiest.has(name));
  // As many moves one way as another are told in the order of names, whichever node came first to this database.
  const all = [...items.values()].sort(
    (a, b) => b.bounces - a.bounces || a.from.localeCompare(b.from) || a.to.localeCompare(b.to),
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
    left: shown.map((name) => sums.get(name)?.out ?? 0),
    reached: shown.map((name) => sums.get(name)?.into ?? 0),
    bounces: all.reduce((sum, item) => sum + item.bounces, 0),
    moves: all.length,
    movedNodes: found.filter((name) => movesOf(name) > 0).length,
    items: all.filter(
      ({ from, to }, place) =>
        place < (query.top ?? all.length) || (busiest.has(from) && busiest.has(to)),
    ),
  };
}

type PerNode = { node: number; n: number }[];

/** The requests of known sessions on each node, and those of them that were a session's first. */
async function followers(
  db: Queryable,
  pools: number[],
  range: AbsoluteRange,
  load: Awaited<ReturnType<typeof nodeLoad>>,
): Promise<[starts: PerNode, tied: PerNode]> {
  const requests = load.reduce((sum, row) => sum + row.requests, 0);
  if (requests <= counted)
    return Promise.all([
      sessionStarts(db, { pools, ...range }),
      tiedRequests(db, { pools, ...range }),
    ]);
  const period = Math.ceil((range.to - range.from) / windows);
  const width = Math.max(1, Math.round((period * sampled) / requests));
  const rows = await sampledRequests(db, { pools, ...range, period, width });
  const served = new Map(load.map((row) => [row.node, row.requests]));
  const scaled = (row: (typeof rows)[number], n: number) => ({
    node: row.node,
    n: row.n === 0 ? 0 : ((served.get(row.node) ?? 0) * n) / row.n,
  });
  return [rows.map((row) => scaled(row, row.starts)), rows.map((row) => scaled(row, row.tied))];
}
