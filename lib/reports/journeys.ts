import type { SessionRow } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { journeys } from "@/lib/store/read/journeys";
import type { SessionRecord } from "@/lib/store/read/session-row";
import { iso } from "@/lib/view/range";
import type { Names } from "./names";

interface Journey {
  journey: SessionRow["journey"];
  /** Epoch ms; null when it never moved. */
  lastBounce: number | null;
}

/** The way of each of these sessions over the nodes, in the same order; at most 500 moves of each. */
export async function journeysOf(
  db: Queryable,
  names: Names,
  rows: readonly SessionRecord[],
): Promise<Journey[]> {
  const moved = rows.filter((row) => row.bounces > 0);
  const moves =
    moved.length === 0
      ? []
      : await journeys(db, {
          sessions: moved.map((row) => row.session),
          pools: moved.map((row) => row.pool),
        });
  return rows.map((row): Journey => {
    const place = moved.indexOf(row) + 1;
    const own = place === 0 ? [] : moves.filter((move) => move.place === place);
    const first = own[0];
    const start = names.nodeName(first?.from_node ?? row.nodes[0] ?? null);
    const stays = [
      { node: start, from: row.first_seen, to: first?.previous_at ?? row.last_seen },
      ...own.map((move, index) => ({
        node: names.nodeName(move.to_node),
        from: move.at,
        to: own[index + 1]?.previous_at ?? row.last_seen,
      })),
    ];
    return {
      journey: stays
        .filter((stay) => stay.node !== "")
        .map((stay) => ({
          node: stay.node,
          from: iso(stay.from),
          to: iso(Math.max(stay.from, stay.to)),
        })),
      lastBounce: own.at(-1)?.at ?? null,
    };
  });
}
