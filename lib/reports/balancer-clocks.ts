import { balancerOffset, type HopSample } from "@/lib/domain/clock";
import type { NodeList } from "@/lib/schemas/pools";
import type { Queryable } from "@/lib/store/query";
import { hopSamples } from "@/lib/store/read/hop-samples";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { Names } from "./names";
import { distinct } from "./wire";

/** Clocks drift: only the last hour of the range is looked at, or the hour up to its end. */
const windowMs = 3_600_000;
const mostRequests = 20_000;
const mostPairs = 1500;

/**
 * By how much the clocks of balancers differ that passed requests on to each
 * other, from requests that both logged under one correlation ID. The one whose
 * requests last longer is the outer one, and the measure of the other.
 */
export async function balancerClocks(
  db: Queryable,
  names: Names,
  pools: number[],
  range: AbsoluteRange,
): Promise<NodeList["balancerClocks"]> {
  if (names.lbCount() < 2) return [];
  const rows = await hopSamples(db, {
    pools,
    from: range.to - windowMs,
    to: range.to,
    most: mostRequests,
    limit: mostPairs,
  });
  const byPair = new Map<string, typeof rows>();
  for (const row of rows) {
    const key = `${row.a} ${row.b}`;
    const own = byPair.get(key);
    if (own) own.push(row);
    else byPair.set(key, [row]);
  }
  return [...byPair.values()]
    .flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const longer = own.filter((row) => row.a_to - row.a_from >= row.b_to - row.b_from).length;
      const isOuterA = longer * 2 >= own.length;
      const offset = balancerOffset(own.map((row) => sampleOf(row, isOuterA)));
      const [lb = "", against = ""] = distinct(
        (isOuterA ? [first.b, first.a] : [first.a, first.b]).map((id) => names.lb(id)),
      );
      if (offset === null || lb === "" || against === "") return [];
      return [
        {
          lb,
          against,
          offsetMs: Math.round(offset.offsetMs),
          jitterMs: Math.round(offset.jitterMs),
          samples: offset.samples,
        },
      ];
    })
    .sort((one, other) => one.lb.localeCompare(other.lb, "en", { numeric: true }));
}

function sampleOf(
  row: { a_from: number; a_to: number; b_from: number; b_to: number },
  isOuterA: boolean,
): HopSample {
  const a = { startedAt: row.a_from, endedAt: row.a_to };
  const b = { startedAt: row.b_from, endedAt: row.b_to };
  return isOuterA ? { outer: a, inner: b } : { outer: b, inner: a };
}
