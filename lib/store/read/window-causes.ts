import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { causeColumn, classColumn } from "./verdict-columns";

/**
 * Bounces in a window, the sessions they happened to, and those of them that
 * were lost in the window too: by pool and cause, by cause (`pool` null), and by
 * class (`cause` null). With a balancer, bounces that came through it.
 */
export const windowCauses = defineQuery({
  name: "window-causes",
  sql: `
    WITH lost AS (
      SELECT DISTINCT l.session FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
    )
    SELECT b.pool, b.cause, b.class, count(*) AS bounces,
      count(DISTINCT b.session) AS sessions, count(DISTINCT lost.session) AS lost
    FROM bounces b LEFT JOIN lost ON lost.session = b.session
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      AND ($lb::int IS NULL OR b.lb = $lb::int)
    GROUP BY GROUPING SETS ((b.pool, b.cause, b.class), (b.cause, b.class), (b.class))`,
  spread: `
    WITH lost AS MATERIALIZED (
      SELECT DISTINCT l.session FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
    ),
    moved AS MATERIALIZED (
      SELECT b.session, b.pool, b.cause, b.class, count(*) AS n FROM bounces b
      WHERE b.pool = ANY ($pools::int[])
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
        AND ($lb::int IS NULL OR b.lb = $lb::int)
      GROUP BY 1, 2, 3, 4
    )
    SELECT b.pool, b.cause, b.class, sum(b.n) AS bounces,
      count(DISTINCT b.session) AS sessions, count(DISTINCT lost.session) AS lost
    FROM moved b LEFT JOIN lost ON lost.session = b.session
    GROUP BY GROUPING SETS ((b.pool, b.cause, b.class), (b.cause, b.class), (b.class))`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    lb: z.number().nullable().default(null),
  }),
  row: z.object({
    pool: z.number().nullable(),
    cause: causeColumn.nullable(),
    class: classColumn,
    bounces: z.number(),
    sessions: z.number(),
    lost: z.number(),
  }),
});
