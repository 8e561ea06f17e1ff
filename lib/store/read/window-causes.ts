import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { chosen, nameOfShare, perShare, type Share } from "./shares";
import { causeColumn, classColumn } from "./verdict-columns";

const params = z.object({
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  lb: z.number().nullable().default(null),
});

const queries = perShare((share) =>
  defineQuery({
    name: nameOfShare("window-causes", share),
    sql: `
    WITH lost AS (
      SELECT DISTINCT l.session FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz ${chosen(share, "l.session")}
    )
    SELECT b.pool, b.cause, b.class, ${share} * count(*) AS bounces,
      ${share} * count(DISTINCT b.session) AS sessions, ${share} * count(DISTINCT lost.session) AS lost
    FROM bounces b LEFT JOIN lost ON lost.session = b.session
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      AND ($lb::int IS NULL OR b.lb = $lb::int) ${chosen(share, "b.session")}
    GROUP BY GROUPING SETS ((b.pool, b.cause, b.class), (b.cause, b.class), (b.class))`,
    spread: `
    WITH lost AS MATERIALIZED (
      SELECT DISTINCT l.session FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz ${chosen(share, "l.session")}
    ),
    moved AS MATERIALIZED (
      SELECT b.session, b.pool, b.cause, b.class, count(*) AS n FROM bounces b
      WHERE b.pool = ANY ($pools::int[])
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
        AND ($lb::int IS NULL OR b.lb = $lb::int) ${chosen(share, "b.session")}
      GROUP BY 1, 2, 3, 4
    )
    SELECT b.pool, b.cause, b.class, ${share} * sum(b.n) AS bounces,
      ${share} * count(DISTINCT b.session) AS sessions, ${share} * count(DISTINCT lost.session) AS lost
    FROM moved b LEFT JOIN lost ON lost.session = b.session
    GROUP BY GROUPING SETS ((b.pool, b.cause, b.class), (b.cause, b.class), (b.class))`,
    params,
    row: z.object({
      pool: z.number().nullable(),
      cause: causeColumn.nullable(),
      class: classColumn,
      bounces: z.number(),
      sessions: z.number(),
      lost: z.number(),
    }),
  }),
);

/**
 * Bounces in a window, the sessions they happened to, and those of them that
 * were lost in the window too: by pool and cause, by cause (`pool` null), and by
 * class (`cause` null). With a balancer, bounces that came through it. Of a share of the sessions, the counts are estimates for all.
 */
export function windowCauses(db: Queryable, share: Share, given: z.input<typeof params>) {
  return queries[share](db, given);
}
