import { z } from "zod";
import { defineQuery, type Queryable } from "../query";
import { wentThrough } from "../session-places";
import { chosen as chosenOf, nameOfShare, perShare, type Share } from "./shares";
import { stepColumns, stepParams } from "./steps";

const params = z.object({
  ...stepParams,
  /** Where the period before ends. */
  until: stepParams.to,
  pools: z.array(z.number()),
  lb: z.number().nullable(),
});

const within = (at: string) => `
        ${at} >= $before::timestamptz AND ${at} < $to::timestamptz
        AND NOT (${at} >= $until::timestamptz AND ${at} < $from::timestamptz)`;

const stepsAmong = (share: Share) => {
  const counts = `
      ${share} * count(*) AS affected,
      ${share} * count(*) FILTER (WHERE several) AS several,
      ${share} * count(*) FILTER (WHERE lost) AS lost`;
  const chosen = (session: string) => chosenOf(share, session);
  const summedUp = `in_steps AS MATERIALIZED (
      SELECT session, ${stepColumns("at")}, bool_or(lost) AS lost, bool_or(several) AS several
      FROM marks GROUP BY 1, 2, 3
    ),
    in_periods AS (
      SELECT session, before, bool_or(lost) AS lost, bool_or(several) AS several
      FROM in_steps GROUP BY 1, 2
    )
    SELECT before, step, ${counts} FROM in_steps GROUP BY 1, 2
    UNION ALL
    SELECT before, NULL, ${counts} FROM in_periods GROUP BY 1`;
  // Whoever moved has two requests at least.
  const moved = `SELECT b.session, b.at, false AS lost, true AS several
      FROM bounces b
      WHERE b.pool = ANY ($pools::int[]) AND b.class <> 'infrastructure'
        AND ${within("b.at")} ${chosen("b.session")}
        AND ($lb::int IS NULL OR b.lb = $lb)`;
  return defineQuery({
    name: nameOfShare("affected-steps", share),
    spread: () => `
    WITH lost AS MATERIALIZED (
      SELECT l.session, l.at, l.pool FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND ${within("l.at")} ${chosen("l.session")}
    ),
    sizes AS MATERIALIZED (
      SELECT s.session, sum(s.requests) AS requests, bool_or($lb::int IS NULL OR ${wentThrough("s", "$lb")}) AS through
      FROM (SELECT DISTINCT session FROM lost) m JOIN sessions s ON s.session = m.session
      WHERE s.pool = ANY ($pools::int[])
      GROUP BY s.session
    ),
    marks AS (
      ${moved}
      UNION ALL
      SELECT l.session, l.at, true, s.requests >= 2
      FROM lost l LEFT JOIN sizes s ON s.session = l.session
      WHERE ($lb::int IS NULL AND l.pool = ANY ($pools::int[])) OR s.through
    ),
    ${summedUp}`,
    sql: `
    WITH marks AS (
      ${moved}
      UNION ALL
      SELECT l.session, l.at, true, (
        SELECT sum(s.requests) FROM sessions s
        WHERE s.session = l.session AND s.pool = ANY ($pools::int[])
      ) >= 2
      FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND ${within("l.at")} ${chosen("l.session")}
        AND (
          ($lb::int IS NULL AND l.pool = ANY ($pools::int[]))
          OR EXISTS (
            SELECT FROM sessions s
            WHERE s.session = l.session AND s.pool = ANY ($pools::int[])
              AND ($lb::int IS NULL OR ${wentThrough("s", "$lb")})
          )
        )
    ),
    ${summedUp}`,
    params,
    row: z.object({
      before: z.boolean(),
      step: z.number().nullable(),
      affected: z.number(),
      several: z.number(),
      lost: z.number(),
    }),
  });
};

const queries = perShare(stepsAmong);

/**
 * Sessions with an unexplained bounce or a loss, per step and (`step` null)
 * per period, each session once: all of them, those of at least two requests,
 * and those that were lost. A loss that names no pool belongs to the pools
 * that its session was in. Of a share of the sessions, the counts are
 * estimates for all: of n sessions found in the share, each count's standard
 * error is 1/sqrt(n) of it.
 */
export function affectedSteps(db: Queryable, share: Share, given: z.input<typeof params>) {
  return queries[share](db, given);
}
