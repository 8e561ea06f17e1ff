import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/**
 * Sessions with an unexplained bounce or a loss in a window, each once, by the
 * step of the first of these: all, those of at least two requests, and those
 * that were lost. Of each pool, and (`pool` null) over them. A loss that names
 * no pool belongs to the pools that its session was in. With a balancer, bounces
 * that came through it, and losses of sessions that did.
 */
export const windowAffected = defineQuery({
  name: "window-affected",
  sql: `
    WITH marks AS (
      SELECT b.session, b.pool, b.at, false AS lost FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
        AND ($lb::int IS NULL OR b.lb = $lb::int)
      UNION ALL
      SELECT l.session, coalesce(s.pool, l.pool), l.at, true
      FROM losses l
      LEFT JOIN sessions s ON l.pool = 0 AND s.session = l.session AND s.pool = ANY ($pools::int[])
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
        AND (l.pool = ANY ($pools::int[]) OR s.session IS NOT NULL)
        AND ($lb::int IS NULL OR EXISTS (
          SELECT FROM sessions t WHERE t.session = l.session AND $lb::int = ANY (t.lbs)))
    ),
    of_pool AS (
      SELECT m.session, m.pool, min(m.at) AS first, bool_or(m.lost) AS lost FROM marks m GROUP BY 1, 2
    ),
    over_all AS (
      SELECT session, min(first) AS first, bool_or(lost) AS lost FROM of_pool GROUP BY 1
    ),
    told AS (
      SELECT o.pool, o.first, o.lost, coalesce(s.requests, 0) >= 2 AS several
      FROM of_pool o LEFT JOIN sessions s ON s.session = o.session AND s.pool = o.pool
      UNION ALL
      SELECT NULL, o.first, o.lost, coalesce((
        SELECT sum(s.requests) FROM sessions s
        WHERE s.session = o.session AND s.pool = ANY ($pools::int[])
      ), 0) >= 2
      FROM over_all o
    )
    SELECT pool, date_bin($step::interval, first, $from::timestamptz) AS step,
      count(*) AS affected, count(*) FILTER (WHERE several) AS several,
      count(*) FILTER (WHERE lost) AS lost
    FROM told GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    step: intervalParam,
    lb: z.number().nullable().default(null),
  }),
  row: z.object({
    pool: z.number().nullable(),
    step: z.number(),
    affected: z.number(),
    several: z.number(),
    lost: z.number(),
  }),
});
