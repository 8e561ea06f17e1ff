import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * Requests that passed two balancers, known by one correlation ID that both
 * logged: among at most `most` requests of a time whose logs tell milliseconds.
 * By the BRIN index. `a` is the balancer of the smaller id.
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
    )
    SELECT a.lb AS a, b.lb AS b, a.started_at AS a_from, a.ended_at AS a_to,
      b.started_at AS b_from, b.ended_at AS b_to
    FROM recent a
    JOIN recent b ON b.correlation = a.correlation AND b.lb > a.lb
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
