import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/** The latency bucket of each node's 95th percentile in each step, by nearest rank. */
export const heatLatency = defineQuery({
  name: "heat-latency",
  sql: `
    WITH counted AS MATERIALIZED (
      SELECT k.label, date_bin($step::interval, m.minute, $start::timestamptz) AS step,
        m.bucket, sum(m.n::float8) AS n
      FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label)
      JOIN latency_minutes m ON m.pool = k.pool AND m.node = k.node
      WHERE m.minute >= $from::timestamptz AND m.minute < $to::timestamptz
      GROUP BY 1, 2, 3
    ),
    ranked AS (
      SELECT label, step, bucket,
        sum(n) OVER (PARTITION BY label, step ORDER BY bucket) AS upto,
        sum(n) OVER (PARTITION BY label, step) AS total
      FROM counted
    )
    SELECT label, step, min(bucket) AS bucket
    FROM ranked WHERE upto >= ceil(0.95 * total) GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({ label: z.number(), step: z.number(), bucket: z.number() }),
});
