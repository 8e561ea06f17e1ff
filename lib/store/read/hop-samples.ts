import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * Requests that passed two balancers, known by one correlation ID that both
 * logged: among at most `most` requests of a time whose logs tell milliseconds.
 * By the BRIN index. `a` is the balancer of the smaller id. They are gathered
 * by their ID: joined with themselves, they cost their square wherever Postgres
 * takes them for few.
 */
export const hopSamples = defineQuery({
  name: "hop-samples",
  sql: `
    WITH recent AS MATERIALIZED (
      SELECT r.lb, r.pool, r.started_at, r.ended_at, r.correlations[1] AS correlation
      FROM (
        SELECT * FROM requests
        WHERE started_at >= $from::timestamptz AND started_at < $to::timestamptz
        LIMIT $most
      ) r
      WHERE r.correlations IS NOT NULL AND r.ended_at IS NOT NULL AND r.seq IS NULL
        AND r.lb > 0 AND NOT r.starts
    ),
    met AS MATERIALIZED (
      SELECT array_agg(lb) AS lbs, array_agg(pool) AS pools,
        array_agg(started_at) AS starts, array_agg(ended_at) AS ends
      FROM recent GROUP BY correlation HAVING min(lb) < max(lb)
    )
    SELECT a.lb AS a, b.lb AS b, a.started_at AS a_from, a.ended_at AS a_to,
      b.started_at AS b_from, b.ended_at AS b_to
    FROM met
    CROSS JOIN LATERAL unnest(lbs, pools, starts, ends) AS a (lb, pool, started_at, ended_at)
    JOIN LATERAL unnest(lbs, pools, starts, ends) AS b (lb, pool, started_at, ended_at)
      ON b.lb > a.lb
    WHERE a.pool = ANY ($pools::int[]) OR b.pool = ANY ($pools::int[])
    LIMIT $limit`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    most: z.number(),
    limit: z.number(),
  }),
  row: z.object({
    a: z.number(),
    b: z.number(),
    a_from: z.number(),
    a_to: z.number(),
    b_from: z.number(),
    b_to: z.number(),
  }),
});
