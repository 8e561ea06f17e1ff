import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { wentThrough } from "../session-places";
import { chosen, nameOfShare, perShare, type Share } from "./shares";
import { intervalParam } from "./steps";

/** SQL: what the marks come to; `sizes` tells how many requests each session had. */
const summedUp = (share: Share, sizes: string) => `
    of_pool AS (
      SELECT m.session, m.pool, min(m.at) AS first, bool_or(m.lost) AS lost FROM marks m GROUP BY 1, 2
    ),
    over_all AS (
      SELECT session, min(first) AS first, bool_or(lost) AS lost FROM of_pool GROUP BY 1
    ),
    told AS (
      SELECT o.pool, o.first, o.lost, coalesce(s.requests, 0) >= 2 AS several
      FROM of_pool o LEFT JOIN ${sizes} s ON s.session = o.session AND s.pool = o.pool
      UNION ALL
      SELECT NULL, o.first, o.lost, coalesce((
        SELECT sum(s.requests) FROM ${sizes} s
        WHERE s.session = o.session AND s.pool = ANY ($pools::int[])
      ), 0) >= 2
      FROM over_all o WHERE cardinality($pools::int[]) <> 1
    )
    SELECT pool, date_bin($step::interval, first, $from::timestamptz) AS step,
      ${share} * count(*) AS affected, ${share} * count(*) FILTER (WHERE several) AS several,
      ${share} * count(*) FILTER (WHERE lost) AS lost
    FROM told GROUP BY 1, 2`;

const params = z.object({
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  step: intervalParam,
  lb: z.number().nullable().default(null),
});

const affected = z.object({
  pool: z.number().nullable(),
  step: z.number(),
  affected: z.number(),
  several: z.number(),
  lost: z.number(),
});
type Affected = z.output<typeof affected>;

const queries = perShare((share) =>
  defineQuery({
    name: nameOfShare("window-affected", share),
    sql: `
    WITH marks AS (
      SELECT b.session, b.pool, b.at, false AS lost FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz ${chosen(share, "b.session")}
        AND ($lb::int IS NULL OR b.lb = $lb::int)
      UNION ALL
      SELECT l.session, coalesce(s.pool, l.pool), l.at, true
      FROM losses l
      LEFT JOIN sessions s ON l.pool = 0 AND s.session = l.session AND s.pool = ANY ($pools::int[])
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz ${chosen(share, "l.session")}
        AND (l.pool = ANY ($pools::int[]) OR s.session IS NOT NULL)
        AND ($lb::int IS NULL OR EXISTS (
          SELECT FROM sessions t WHERE t.session = l.session AND ${wentThrough("t", "$lb::int")}))
    ),
${summedUp(share, "sessions")}`,
    spread: ({ lb }) => {
      const through =
        lb === null
          ? ""
          : `AND EXISTS (SELECT 1 FROM sessions t WHERE t.session = l.session AND ${wentThrough("t", "$lb::int")})`;
      const lost = `l.at >= $from::timestamptz AND l.at < $to::timestamptz ${chosen(share, "l.session")} ${through}`;
      return `
    WITH marks AS MATERIALIZED (
      SELECT b.session, b.pool, b.at, false AS lost FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz ${chosen(share, "b.session")}
        AND ($lb::int IS NULL OR b.lb = $lb::int)
      UNION ALL
      SELECT l.session, l.pool, l.at, true FROM losses l
      WHERE l.pool = ANY ($pools::int[]) AND l.pool <> 0 AND ${lost}
      UNION ALL
      SELECT l.session, s.pool, l.at, true
      FROM losses l JOIN sessions s ON s.session = l.session AND s.pool = ANY ($pools::int[])
      WHERE l.pool = 0 AND ${lost}
      UNION ALL
      SELECT l.session, l.pool, l.at, true FROM losses l
      WHERE l.pool = 0 AND 0 = ANY ($pools::int[]) AND ${lost}
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[]))
    ),
    sizes AS MATERIALIZED (
      SELECT s.session, s.pool, s.requests
      FROM (SELECT DISTINCT session FROM marks) m JOIN sessions s ON s.session = m.session
      WHERE s.pool = ANY ($pools::int[])
    ),
${summedUp(share, "sizes")}`;
    },
    params,
    row: affected,
  }),
);

/**
 * Sessions with an unexplained bounce or a loss in a window, each once, by the
 * step of the first of these: all, those of at least two requests, and those
 * that were lost. Of each pool, and (`pool` null) over them. A loss that names
 * no pool belongs to the pools that its session was in. With a balancer, bounces
 * that came through it, and losses of sessions that did. Of a share of the sessions, the counts are
 * estimates for all.
 */
export async function windowAffected(
  db: Queryable,
  share: Share,
  given: z.input<typeof params>,
): Promise<Affected[]> {
  const rows = await queries[share](db, given);
  // Over one pool it is what that pool has; to ask twice takes twice as long.
  return given.pools.length === 1 ? rows.flatMap((row) => [row, { ...row, pool: null }]) : rows;
}
