import { z } from "zod";
import { defineQuery } from "../query";
import { countsColumn, laidStep, sidedSegmentParams, sidedSegmentRows } from "./segments";
import { laidParams } from "./steps";

/** Histograms of the latency of all nodes, one for each span and pool, with the step that each lies in. */
export const latencySteps = defineQuery({
  name: "latency-steps",
  sql: `
    SELECT seg.before, ${laidStep("n.at")} AS step, n.counts::text AS counts
    FROM ${sidedSegmentRows}
    CROSS JOIN unnest($pools::int[]) AS k (pool)
    JOIN latency_spans n ON n.pool = k.pool AND n.node = -1 AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at`,
  params: z.object({ ...sidedSegmentParams, ...laidParams, pools: z.array(z.number()) }),
  row: z.object({ before: z.boolean(), step: z.number(), counts: countsColumn }),
});
