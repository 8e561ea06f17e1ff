import { z } from "zod";
import { defineQuery, type Queryable } from "../query";
import { stepParams } from "./steps";

const params = z.object({
  ...stepParams,
  pools: z.array(z.number()),
  lb: z.number().nullable(),
});

const stepsFrom = (name: string, active: string) =>
  defineQuery({
    name,
    sql: `
    WITH active AS (${active}),
    spans AS (
      SELECT p.before, several, first + p.shift AS first, last + p.shift AS last
      FROM (VALUES (false, interval '0'), (true, $length::interval)) AS p (before, shift)
      JOIN active ON CASE WHEN p.before THEN first < $from::timestamptz ELSE last >= $from::timestamptz END
    )
    SELECT before, several,
      date_bin($step::interval, greatest(first, $from::timestamptz), $start::timestamptz) AS first,
      date_bin(
        $step::interval,
        least(last, $to::timestamptz - interval '1 microsecond'),
        $start::timestamptz
      ) AS last,
      count(*) AS n
    FROM spans GROUP BY 1, 2, 3, 4`,
    params,
    row: z.object({
      before: z.boolean(),
      several: z.boolean(),
      first: z.number(),
      last: z.number(),
      n: z.number(),
    }),
  });

const seen = `
      s.pool = ANY ($pools::int[])
        AND s.last_seen >= $before::timestamptz AND s.first_seen < $to::timestamptz
        AND ($lb::int IS NULL OR $lb = ANY (s.lbs))`;

const ofOnePool = stepsFrom(
  "session-steps",
  `
      SELECT s.first_seen AS first, s.last_seen AS last, s.requests >= 2 AS several
      FROM sessions s WHERE ${seen}`,
);

const ofSeveralPools = stepsFrom(
  "session-steps-of-pools",
  `
      SELECT min(s.first_seen) AS first, max(s.last_seen) AS last, sum(s.requests) >= 2 AS several
      FROM sessions s WHERE ${seen}
      GROUP BY s.session`,
);

/**
 * How many sessions were seen from which step to which, in the range and in
 * the period before it, apart for those of at least two requests. A session
 * that was in several of the pools counts once.
 */
export function sessionSteps(db: Queryable, given: z.input<typeof params>) {
  // Within one pool a session has one row: nothing needs to be brought together.
  return (given.pools.length === 1 ? ofOnePool : ofSeveralPools)(db, given);
}
