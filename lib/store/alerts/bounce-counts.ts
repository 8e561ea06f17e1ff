import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "../read/steps";
import { causeColumn } from "../read/verdict-columns";

/**
 * Bounces of each pool, from its own time on, by step, balancer, nodes and cause,
 * and whether the session had none of that class in the ten minutes before.
 * Reads `bounces_at`.
 */
export const bounceCounts = defineQuery({
  name: "alert-bounce-counts",
  sql: `
    WITH moves AS (
      SELECT b.pool, b.at, b.lb, b.from_node, b.to_node, b.cause, b.is_return, k.from_at,
        lag(b.at) OVER (PARTITION BY b.pool, b.session, b.class ORDER BY b.at) AS before
      FROM (SELECT * FROM unnest($pools::int[], $froms::timestamptz[]) AS k (pool, from_at)) k
      JOIN bounces b ON b.pool = k.pool
        AND b.at >= k.from_at - interval '10 minutes' AND b.at < $to::timestamptz
    )
    SELECT m.pool, date_bin($step::interval, m.at, 'epoch'::timestamptz) AS at,
      m.lb, m.from_node, m.to_node, m.cause, m.is_return,
      (m.before IS NULL OR m.before < m.at - interval '10 minutes') AS is_fresh, count(*) AS n
    FROM moves m WHERE m.at >= m.from_at
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
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
    is_return: z.boolean(),
    is_fresh: z.boolean(),
    n: z.number(),
  }),
});
