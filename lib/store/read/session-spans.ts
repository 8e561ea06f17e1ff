import { z } from "zod";
import { defineQuery } from "../query";
import { laidStep, sidedSegmentParams, sidedSegmentRows } from "./segments";
import { laidParams } from "./steps";

/**
 * How many sessions began and ended in each step, and those of at least two
 * requests among them; with `step` null, from the period's end on. Of several
 * pools, give the pool that takes back what is counted too often with them.
 */
export const sessionSpans = defineQuery({
  name: "session-spans",
  sql: `
    SELECT seg.before, CASE WHEN seg.open THEN NULL ELSE ${laidStep("n.at")} END AS step,
      sum(n.starts) AS starts, sum(n.ends) AS ends,
      sum(n.several_starts) AS several_starts, sum(n.several_ends) AS several_ends
    FROM (
      SELECT false AS open, seg.* FROM ${sidedSegmentRows}
      UNION ALL
      SELECT true, later.* FROM unnest(
        $laterBefores::boolean[], $laterGrains::smallint[], $laterFroms::timestamptz[], $laterTos::timestamptz[]
      ) AS later
    ) seg
    CROSS JOIN unnest($pools::int[]) AS k (pool)
    JOIN session_spans n ON n.pool = k.pool AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at
    GROUP BY 1, 2`,
  params: z.object({
    ...sidedSegmentParams,
    ...laidParams,
    laterBefores: sidedSegmentParams.befores,
    laterGrains: sidedSegmentParams.grains,
    laterFroms: sidedSegmentParams.froms,
    laterTos: sidedSegmentParams.tos,
    pools: z.array(z.number()),
  }),
  row: z.object({
    before: z.boolean(),
    step: z.number().nullable(),
    starts: z.number(),
    ends: z.number(),
    several_starts: z.number(),
    several_ends: z.number(),
  }),
});
