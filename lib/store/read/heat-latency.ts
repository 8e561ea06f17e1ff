import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { countsColumn, segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

/** Histograms of each node's latency, one for each span, with the step that it lies in. */
export const heatLatency = defineQuery({
  name: "heat-latency",
  sql: `
    SELECT k.label, date_bin($step::interval, n.at, $start::timestamptz) AS step, n.counts::text AS counts
    FROM ${segmentRows}
    CROSS JOIN (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label)) k
    JOIN latency_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at`,
  params: z.object({
    ...segmentParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({ label: z.number(), step: z.number(), counts: countsColumn }),
});
