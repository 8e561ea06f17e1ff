import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

/** Requests and errors (5xx) of each node in each step. Reads the sums by their primary keys. */
export const heatLoad = defineQuery({
  name: "heat-load",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label))
    SELECT label, date_bin($step::interval, at, $start::timestamptz) AS step,
      sum(requests) AS requests, sum(errors) AS errors
    FROM (
      SELECT k.label, n.minute AS at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
        AND n.minute >= seg.from_at AND n.minute < seg.to_at
      WHERE seg.grain = 1
      UNION ALL
      SELECT k.label, n.at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      WHERE seg.grain > 1
    ) told
    GROUP BY 1, 2`,
  params: z.object({
    ...segmentParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    label: z.number(),
    step: z.number(),
    requests: z.number(),
    errors: z.number(),
  }),
});
