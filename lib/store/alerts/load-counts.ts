import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Requests of each (pool, node), from its pool's own time on, by minute and balancer. Reads the primary key. */
export const loadCounts = defineQuery({
  name: "alert-load-counts",
  sql: `
    SELECT n.pool, n.node, n.lb, array_agg(n.minute) AS minutes, array_agg(n.requests) AS requests
    FROM (SELECT * FROM unnest($pools::int[], $nodes::int[], $froms::timestamptz[]) AS k (pool, node, from_at)) k
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
      AND n.minute >= k.from_at AND n.minute < $to::timestamptz
    GROUP BY 1, 2, 3`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    froms: z.array(timestampParam),
    to: timestampParam,
  }),
  row: z.object({
    pool: z.number(),
    node: z.number(),
    lb: z.number(),
    minutes: z.array(z.number()),
    requests: z.array(z.number()),
  }),
});
