import type { z } from "zod";
import { type Cause, isExplained } from "@/lib/domain/causes";
import { standingOf } from "@/lib/domain/standing";
import type { Spread, SpreadPlace, spreadQuery } from "@/lib/schemas/spread";
import type { Queryable } from "@/lib/store/query";
import { loadByNode } from "@/lib/store/read/load-by-node";
import { type MoveRow, moveCounts } from "@/lib/store/read/move-counts";
import { rangeOf, wholeMinutes } from "@/lib/view/range";
import { Names } from "./names";
import { bounceShare, mostBounces } from "./volume";
import { round } from "./wire";

const mostCauses = 3;

/**
 * Where the bounces of the range lie: every node and balancer that had traffic,
 * with its part of the requests and of the bounces, and whether that is more
 * than its traffic brings; and the causes of most bounces with the balancer and
 * the move that each shows in most. Of more than 120,000 bounces, those of one
 * session in 4 (32, 256) stand for all.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function spread(
  db: Queryable,
  query: z.output<typeof spreadQuery>,
  now: number,
): Promise<Spread> {
  const range = rangeOf(query, now);
  const minutes = wholeMinutes(range);
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const { pools: ofPools, nodes } = names.keys(pools, "without none");
  const share = await bounceShare(db, pools, range, mostBounces);
  const [told, load] = await Promise.all([
    moveCounts(db, share, { pools, ...range }),
    loadByNode(db, { pools: ofPools, nodes, ...minutes, step: minutes.to - minutes.from }),
  ]);
  const moves = told.filter((row) => !row.is_return);
  const balancers = new Places();
  const places = new Places();
  for (const row of load) {
    balancers.of(names.lb(row.lb), null).requests += row.requests;
    places.of(names.nodeName(row.node), names.pool(row.pool)).requests += row.requests;
  }
  for (const row of moves) {
    const unexplained = isExplained(row.cause) ? 0 : row.n;
    const pool = names.pool(row.pool);
    for (const place of [
      balancers.of(names.lb(row.lb), null),
      places.of(names.nodeName(row.from_node), pool),
    ]) {
      place.bounces += row.n;
      place.unexplained += unexplained;
    }
    places.of(names.nodeName(row.to_node), pool).into += row.n;
  }
  return {
    bounces: moves.reduce((sum, row) => sum + row.n, 0),
    balancers: balancers.told(),
    nodes: places.told(),
    causes: causesOf(names, moves),
  };
}

interface Sums {
  name: string;
  pool: string | null;
  requests: number;
  bounces: number;
  unexplained: number;
  into: number;
}

/** Sums by place. */
class Places {
  readonly #all = new Map<string, Sums>();

  of(name: string, pool: string | null): Sums {
    const key = `${pool}\0${name}`;
    const known = this.#all.get(key);
    if (known) return known;
    const made = { name, pool, requests: 0, bounces: 0, unexplained: 0, into: 0 };
    this.#all.set(key, made);
    return made;
  }

  /** Each against the others, those with most bounces first; those without a name or traffic are left out. */
  told(): SpreadPlace[] {
    const shown = [...this.#all.values()].filter(
      ({ name, requests, bounces, into }) => name !== "" && requests + bounces + into > 0,
    );
    const requests = shown.reduce((sum, place) => sum + place.requests, 0);
    const bounces = shown.reduce((sum, place) => sum + place.bounces, 0);
    return shown
      .map((place) => ({
        ...place,
        requestShare: requests === 0 ? null : round(place.requests / requests),
        bounceShare: bounces === 0 ? null : round(place.bounces / bounces),
        standing: standingOf(
          { hits: place.bounces, of: place.requests },
          { hits: bounces - place.bounces, of: requests - place.requests },
        ),
      }))
      .sort(
        (a, b) => b.bounces - a.bounces || b.requests - a.requests || (a.name < b.name ? -1 : 1),
      );
  }
}

function causesOf(names: Names, moves: readonly MoveRow[]): Spread["causes"] {
  const all = moves.reduce((sum, row) => sum + row.n, 0);
  const byCause = new Map<Cause, MoveRow[]>();
  for (const row of moves) {
    const rows = byCause.get(row.cause);
    if (rows) rows.push(row);
    else byCause.set(row.cause, [row]);
  }
  return [...byCause]
    .map(([cause, rows]) => {
      const bounces = rows.reduce((sum, row) => sum + row.n, 0);
      const lb = largest(rows, (row) => names.lb(row.lb));
      const move = largest(
        rows,
        (row) => `${names.nodeName(row.from_node)}\0${names.nodeName(row.to_node)}`,
      );
      const [from = "", to = ""] = move.key.split("\0");
      return {
        cause,
        bounces,
        share: round(bounces / all),
        lb: lb.key,
        lbShare: round(lb.n / bounces),
        from,
        to,
        moveShare: round(move.n / bounces),
      };
    })
    .sort((a, b) => b.bounces - a.bounces || (a.cause < b.cause ? -1 : 1))
    .slice(0, mostCauses);
}

function largest(
  rows: readonly MoveRow[],
  keyOf: (row: MoveRow) => string,
): { key: string; n: number } {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    sums.set(key, (sums.get(key) ?? 0) + row.n);
  }
  let best = { key: "", n: 0 };
  for (const [key, n] of sums) if (n > best.n) best = { key, n };
  return best;
}
