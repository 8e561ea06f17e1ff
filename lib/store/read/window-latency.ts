import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Latency in a window, as a histogram: how many requests fell into each bucket. */
export const windowLatency = defineQuery({
  name: "window-latency",
  sql: `
    SELECT m.bucket, sum(m.n) AS n
    FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
    JOIN latency_minutes m ON m.pool = k.pool AND m.node = k.node
    WHERE m.minute >= $from::timestamptz AND m.minute < $to::timestamptz
    GROUP BY 1`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
  }),
  row: z.object({ bucket: z.number(), n: z.number() }),
});
