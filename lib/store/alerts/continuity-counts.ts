import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { seenSince } from "../read/last-seen";

const params = z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam });

/**
 * Minutes in which sessions of at least two requests had an unexplained bounce
 * or a loss, with the minutes since each one's mark before.
 */
export const affectedMarks = defineQuery({
  name: "alert-affected-marks",
  sql: `
    WITH marks AS (
      SELECT b.pool, b.session, date_trunc('minute', b.at) AS at FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      UNION
      SELECT s.pool, l.session, date_trunc('minute', l.at) FROM losses l
      JOIN sessions s ON s.session = l.session AND s.pool = ANY ($pools::int[]) AND l.pool IN (0, s.pool)
      WHERE l.at >= $from::timestamptz AND l.at < $to::timestamptz
    ), gaps AS (
      SELECT m.pool, m.at,
        extract(epoch FROM m.at - lag(m.at) OVER (PARTITION BY m.pool, m.session ORDER BY m.at))::int / 60 AS gap
      FROM marks m JOIN sessions s ON s.session = m.session AND s.pool = m.pool AND s.requests >= 2
    )
    SELECT pool, at, gap, count(*) AS n FROM gaps GROUP BY 1, 2, 3`,
  params,
  row: z.object({ pool: z.number(), at: z.number(), gap: z.number().nullable(), n: z.number() }),
});

/** Sessions of at least two requests by the minute of their beginning and, apart, of their end. Null: before the range. */
export const sessionEdges = defineQuery({
  name: "alert-session-edges",
  sql: `
    WITH runs AS (
      SELECT s.pool,
        CASE WHEN s.first_seen >= $from::timestamptz THEN date_trunc('minute', s.first_seen) END AS begun,
        date_trunc('minute', s.last_seen) AS ended
      FROM sessions s
      WHERE s.pool = ANY ($pools::int[]) AND s.requests >= 2
        AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz
    )
    SELECT pool, GROUPING(begun) = 0 AS begins, begun, ended, count(*) AS n
    FROM runs GROUP BY GROUPING SETS ((pool, begun), (pool, ended))`,
  spread: `
    WITH runs AS MATERIALIZED (
      SELECT s.pool,
        CASE WHEN s.first_seen >= $from::timestamptz THEN date_trunc('minute', s.first_seen) END AS begun,
        date_trunc('minute', s.last_seen) AS ended, count(*) AS n
      FROM sessions s
      WHERE s.pool = ANY ($pools::int[]) AND s.requests >= 2
        AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz
      GROUP BY 1, 2, 3
    )
    SELECT pool, GROUPING(begun) = 0 AS begins, begun, ended, sum(n) AS n
    FROM runs GROUP BY GROUPING SETS ((pool, begun), (pool, ended))`,
  params,
  row: z.object({
    pool: z.number(),
    begins: z.boolean(),
    begun: z.number().nullable(),
    ended: z.number().nullable(),
    n: z.number(),
  }),
});
