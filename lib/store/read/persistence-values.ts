import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** How often each of these persistence values met each node at each balancer, presented and followed or set by it. */
export const persistenceValues = defineQuery({
  name: "persistence-values",
  sql: `
    SELECT h.lb, h.value, h.node, sum(h.n) AS n
    FROM pool_hours h
    WHERE h.pool = ANY ($pools::int[])
      AND h.hour >= $from::timestamptz AND h.hour < $to::timestamptz
      AND h.what IN ('presentedAt', 'insertedAt') AND h.value = ANY ($values::text[])
    GROUP BY 1, 2, 3`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    values: z.array(z.string()),
  }),
  row: z.object({ lb: z.number(), value: z.string(), node: z.number(), n: z.number() }),
});
