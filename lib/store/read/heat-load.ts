import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/** Requests and errors (5xx) of each node in each step. */
export const heatLoad = defineQuery({
  name: "heat-load",
  sql: `
    SELECT k.label, date_bin($step::interval, n.minute, $start::timestamptz) AS step,
      sum(n.requests) AS requests, sum(n.errors) AS errors
    FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label)
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
    WHERE n.minute >= $from::timestamptz AND n.minute < $to::timestamptz
    GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
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
