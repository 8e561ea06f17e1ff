import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "../read/steps";
import { causeColumn } from "../read/verdict-columns";

/** Bounces of each pool, from its own time on, by step, balancer, nodes and cause. Reads `bounces_at`. */
export const bounceCounts = defineQuery({
  name: "alert-bounce-counts",
  sql: `
    SELECT b.pool, date_bin($step::interval, b.at, 'epoch'::timestamptz) AS at,
      b.lb, b.from_node, b.to_node, b.cause, count(*) AS n
    FROM unnest($pools::int[], $froms::timestamptz[]) AS k (pool, from_at)
    JOIN bounces b ON b.pool = k.pool AND b.at >= k.from_at AND b.at < $to::timestamptz
    GROUP BY 1, 2, 3, 4, 5, 6`,
  params: z.object({
    pools: z.array(z.number()),
    froms: z.array(timestampParam),
    to: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    pool: z.number(),
    at: z.number(),
    lb: z.number(),
    from_node: z.number(),
    to_node: z.number(),
    cause: causeColumn,
    n: z.number(),
  }),
});
