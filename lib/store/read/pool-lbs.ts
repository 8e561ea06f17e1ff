import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Which load balancers sent each pool requests since the given minute of that pool. */
export const poolLbs = defineQuery({
  name: "pool-lbs",
  sql: `
    SELECT DISTINCT k.pool, n.lb
    FROM unnest($pools::int[], $nodes::int[], $since::timestamptz[]) AS k (pool, node, since)
    JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node AND n.minute >= k.since`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    since: z.array(timestampParam),
  }),
  row: z.object({ pool: z.number(), lb: z.number() }),
});
