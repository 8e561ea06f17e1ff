import { z } from "zod";
import { defineQuery } from "../query";
import { stepColumns, stepParams } from "./steps";

/**
 * Sessions with an unexplained bounce or a loss, per step and (`step` null)
 * per period, each session once: all of them, those of at least two requests,
 * and those that were lost. A loss that names no pool belongs to the pools
 * that its session was in.
 */
export const affectedSteps = defineQuery({
  name: "affected-steps",
  sql: `
    WITH marks AS (
      SELECT b.session, b.at, false AS lost
      FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND b.at >= $before::timestamptz AND b.at < $to::timestamptz
        AND ($lb::int IS NULL OR b.lb = $lb)
      UNION ALL
      SELECT l.session, l.at, true
      FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $before::timestamptz AND l.at < $to::timestamptz
        AND (
          ($lb::int IS NULL AND l.pool = ANY ($pools::int[]))
          OR EXISTS (
            SELECT FROM sessions s
            WHERE s.session = l.session AND s.pool = ANY ($pools::int[])
              AND ($lb::int IS NULL OR $lb = ANY (s.lbs))
          )
        )
    ),
    steps AS (
      SELECT session, ${stepColumns("at")}, bool_or(lost) AS lost FROM marks GROUP BY 1, 2, 3
    ),
    told AS (
      SELECT t.*, (
        SELECT sum(s.requests) FROM sessions s
        WHERE s.session = t.session AND s.pool = ANY ($pools::int[])
      ) >= 2 AS several
      FROM steps t
    )
    SELECT before, step,
      count(DISTINCT session) AS affected,
      count(DISTINCT session) FILTER (WHERE several) AS several,
      count(DISTINCT session) FILTER (WHERE lost) AS lost
    FROM told
    GROUP BY GROUPING SETS ((before, step), (before))`,
  params: z.object({ ...stepParams, pools: z.array(z.number()), lb: z.number().nullable() }),
  row: z.object({
    before: z.boolean(),
    step: z.number().nullable(),
    affected: z.number(),
    several: z.number(),
    lost: z.number(),
  }),
});
