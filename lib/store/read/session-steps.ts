import { z } from "zod";
import { defineQuery, type Queryable } from "../query";
import { wentThrough } from "../session-places";
import { seenSince } from "./last-seen";
import { chosen, type SessionShare, sessionShares } from "./shares";
import { stepParams } from "./steps";

const params = z.object({
  ...stepParams,
  pools: z.array(z.number()),
  lb: z.number().nullable(),
});

const stepsFrom = (name: string, share: SessionShare, active: string) =>
  defineQuery({
    name: share === 1 ? name : `${name}-of-${share}`,
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
      ${share} * count(*) AS n
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

const seen = (share: SessionShare) => `
      s.pool = ANY ($pools::int[])
        AND ${seenSince("$before::timestamptz")} AND s.first_seen < $to::timestamptz
        AND ($lb::int IS NULL OR ${wentThrough("s", "$lb")}) ${chosen(share, "s.session")}`;

const ofOnePool = (share: SessionShare) =>
  stepsFrom(
    "session-steps",
    share,
    `
      SELECT s.first_seen AS first, s.last_seen AS last, s.requests >= 2 AS several
      FROM sessions s WHERE ${seen(share)}`,
  );

const ofSeveralPools = (share: SessionShare) =>
  stepsFrom(
    "session-steps-of-pools",
    share,
    `
      SELECT min(s.first_seen) AS first, max(s.last_seen) AS last, sum(s.requests) >= 2 AS several
      FROM sessions s WHERE ${seen(share)}
      GROUP BY s.session`,
  );

const [all, many, few] = sessionShares;
const queries = {
  one: { [all]: ofOnePool(all), [many]: ofOnePool(many), [few]: ofOnePool(few) },
  several: {
    [all]: ofSeveralPools(all),
    [many]: ofSeveralPools(many),
    [few]: ofSeveralPools(few),
  },
};

/**
 * How many sessions were seen from which step to which, in the range and in
 * the period before it, apart for those of at least two requests. A session
 * that was in several of the pools counts once. Of a share of the sessions, the
 * counts are estimates for all.
 */
export function sessionSteps(db: Queryable, given: z.input<typeof params>, share: SessionShare) {
  // Within one pool a session has one row: nothing needs to be brought together.
  return queries[given.pools.length === 1 ? "one" : "several"][share](db, given);
}
