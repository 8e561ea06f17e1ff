import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

/**
 * Of sessions that were seen on one node alone: how many began and ended on
 * each node in each step, and (`step` null) from the range's end on. Reads the
 * sums by their primary key.
 */
export const heatSessionSpans = defineQuery({
  name: "heat-session-spans",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label))
    SELECT label, step, sum(starts) AS starts, sum(ends) AS ends
    FROM (
      SELECT k.label, date_bin($step::interval, n.at, $start::timestamptz) AS step, n.starts, n.ends
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_session_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      UNION ALL
      SELECT k.label, NULL, n.starts, n.ends
      FROM (SELECT * FROM unnest($laterGrains::smallint[], $laterFroms::timestamptz[], $laterTos::timestamptz[])
        AS s (grain, from_at, to_at)) AS seg
      CROSS JOIN k
      JOIN node_session_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
    ) told
    GROUP BY 1, 2`,
  params: z.object({
    ...segmentParams,
    laterGrains: segmentParams.grains,
    laterFroms: segmentParams.froms,
    laterTos: segmentParams.tos,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    label: z.number(),
    step: z.number().nullable(),
    starts: z.number(),
    ends: z.number(),
  }),
});
