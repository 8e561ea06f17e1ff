import { z } from "zod";
import { defineQuery } from "../query";
import { stepColumns, stepParams } from "./steps";

/**
 * Latency: with a `step`, the bucket of that step's 95th percentile by nearest
 * rank; without, the whole period's histogram, a row per bucket.
 */
export const latencySteps = defineQuery({
  name: "latency-steps",
  sql: `
    WITH counted AS MATERIALIZED (
      SELECT ${stepColumns("m.minute")}, m.bucket, sum(m.n::float8) AS n
      FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
      JOIN latency_minutes m ON m.pool = k.pool AND m.node = k.node
      WHERE m.minute >= $before::timestamptz AND m.minute < $to::timestamptz
      GROUP BY 1, 2, 3
    ),
    ranked AS (
      SELECT before, step, bucket,
        sum(n) OVER (PARTITION BY before, step ORDER BY bucket) AS upto,
        sum(n) OVER (PARTITION BY before, step) AS total
      FROM counted
    )
    SELECT before, step, min(bucket) AS bucket, max(total) AS n
    FROM ranked WHERE upto >= ceil(0.95 * total) GROUP BY before, step
    UNION ALL
    SELECT before, NULL, bucket, sum(n) FROM counted GROUP BY before, bucket`,
  params: z.object({ ...stepParams, pools: z.array(z.number()), nodes: z.array(z.number()) }),
  row: z.object({
    before: z.boolean(),
    step: z.number().nullable(),
    bucket: z.number(),
    n: z.number(),
  }),
});
