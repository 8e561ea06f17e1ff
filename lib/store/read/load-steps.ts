import { z } from "zod";
import { defineQuery } from "../query";
import { stepColumns, stepParams } from "./steps";

/** Requests and errors (5xx) per step, in the range and in the period before it. Reads the rollup by its primary key. */
export const loadSteps = defineQuery({
  name: "load-steps",
  sql: `
    SELECT ${stepColumns("n.minute")}, sum(n.requests) AS requests, sum(n.errors) AS errors
    FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
    WHERE n.minute >= $before::timestamptz AND n.minute < $to::timestamptz
      AND ($lb::int IS NULL OR n.lb = $lb)
    GROUP BY 1, 2`,
  params: z.object({
    ...stepParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    lb: z.number().nullable(),
  }),
  row: z.object({
    before: z.boolean(),
    step: z.number(),
    requests: z.number(),
    errors: z.number(),
  }),
});
