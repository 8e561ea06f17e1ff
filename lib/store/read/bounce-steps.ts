import { z } from "zod";
import { defineQuery } from "../query";
import { edgeParams, edgeRows, laidStep, sidedSegmentParams, sidedSegmentRows } from "./segments";
import { laidParams } from "./steps";

/** Bounces by step and cause, in the range and in the period before it: from the sums, and by bounces_at within a minute at the ends. */
export const bounceSteps = defineQuery({
  name: "bounce-steps",
  sql: `
    SELECT before, step, cause, sum(n) AS n FROM (
      SELECT seg.before, ${laidStep("n.at")} AS step, n.cause, sum(n.n) AS n
      FROM ${sidedSegmentRows}
      CROSS JOIN unnest($pools::int[]) AS k (pool)
      JOIN bounce_spans n ON n.pool = k.pool AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      WHERE $lb::int IS NULL OR n.lb = $lb
      GROUP BY 1, 2, 3
      UNION ALL
      SELECT seg.before, ${laidStep("b.at")} AS step, b.cause, count(*)
      FROM ${edgeRows}
      CROSS JOIN unnest($pools::int[]) AS k (pool)
      JOIN bounces b ON b.pool = k.pool AND b.at >= seg.from_at AND b.at < seg.to_at
      WHERE $lb::int IS NULL OR b.lb = $lb
      GROUP BY 1, 2, 3
    ) told
    GROUP BY 1, 2, 3 HAVING sum(n) <> 0`,
  params: z.object({
    ...sidedSegmentParams,
    ...edgeParams,
    ...laidParams,
    pools: z.array(z.number()),
    lb: z.number().nullable(),
  }),
  row: z.object({ before: z.boolean(), step: z.number(), cause: z.string(), n: z.number() }),
});
