import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import { segmentsOf } from "@/lib/domain/spans";
import { defineQuery, type Queryable } from "../query";
import { segmentLists, segmentParams, segmentRows } from "./segments";

const query = defineQuery({
  name: "window-latency",
  sql: `
    SELECT p.place - 16 AS bucket, sum(m.counts[p.place]) AS n
    FROM ${segmentRows}
    CROSS JOIN (SELECT DISTINCT unnest($pools::int[]) AS pool) k
    JOIN latency_spans m ON m.pool = k.pool AND m.node = -1 AND m.grain = seg.grain
      AND m.at >= seg.from_at AND m.at < seg.to_at
    CROSS JOIN LATERAL generate_subscripts(m.counts, 1) AS p (place)
    WHERE m.counts[p.place] > 0
    GROUP BY 1`,
  params: z.object({ ...segmentParams, pools: z.array(z.number()) }),
  row: z.object({ bucket: z.number(), n: z.number() }),
});

/** Latency in a window of whole minutes, as a histogram: how many requests of the pools fell into each bucket. */
export function windowLatency(
  db: Queryable,
  { pools, from, to }: { pools: number[]; from: EpochMs; to: EpochMs },
) {
  return query(db, { pools, ...segmentLists(segmentsOf(from, to)) });
}
