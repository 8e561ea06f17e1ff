import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Requests that each (pool, node) served in the range. */
export const nodeLoad = defineQuery({
  name: "node-load",
  sql: `
    SELECT n.pool, n.node, sum(n.requests) AS requests
    FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
    WHERE n.minute >= $from::timestamptz AND n.minute < $to::timestamptz
    GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
  }),
  row: z.object({ pool: z.number(), node: z.number(), requests: z.number() }),
});
