import { z } from "zod";
import { defineQuery } from "../query";
import { laidStep, sidedSegmentParams, sidedSegmentRows } from "./segments";
import { laidParams } from "./steps";

/** Requests and errors (5xx) per step, in the range and in the period before it. Reads the sums over all nodes by their primary key. */
export const loadSteps = defineQuery({
  name: "load-steps",
  sql: `
    SELECT seg.before, ${laidStep("n.at")} AS step, sum(n.requests) AS requests, sum(n.errors) AS errors
    FROM ${sidedSegmentRows}
    CROSS JOIN unnest($pools::int[]) AS k (pool)
    JOIN node_spans n ON n.pool = k.pool AND n.node = -1 AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at
    WHERE $lb::int IS NULL OR n.lb = $lb
    GROUP BY 1, 2`,
  params: z.object({
    ...sidedSegmentParams,
    ...laidParams,
    pools: z.array(z.number()),
    lb: z.number().nullable(),
  }),
  row: z.object({
    before: z.boolean(),
    step: z.number(),
    requests: z.number(),
    errors: z.number(),
  }),
});
