import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/** Requests and errors (5xx) of each node at each balancer, by step. Reads the rollup by its primary key. */
export const loadByNode = defineQuery({
  name: "load-by-node",
  sql: `
    SELECT n.pool, n.node, n.lb, date_bin($step::interval, n.minute, $from::timestamptz) AS step,
      sum(n.requests) AS requests, sum(n.errors) AS errors
    FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
    WHERE n.minute >= $from::timestamptz AND n.minute < $to::timestamptz
      AND ($lb::int IS NULL OR n.lb = $lb::int)
    GROUP BY 1, 2, 3, 4`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    step: intervalParam,
    lb: z.number().nullable().default(null),
  }),
  row: z.object({
    pool: z.number(),
    node: z.number(),
    lb: z.number(),
    step: z.number(),
    requests: z.number(),
    errors: z.number(),
  }),
});
