import { z } from "zod";
import { defineQuery } from "../query";
import { stepParams } from "./steps";

/**
 * How many sessions were seen from which step to which, in the range and in
 * the period before it, apart for those of at least two requests. A session
 * that was in several of the pools counts once.
 */
export const sessionSteps = defineQuery({
  name: "session-steps",
  sql: `
    WITH active AS MATERIALIZED (
      SELECT min(s.first_seen) AS first, max(s.last_seen) AS last, sum(s.requests) >= 2 AS several
      FROM sessions s
      WHERE s.pool = ANY ($pools::int[])
        AND s.last_seen >= $before::timestamptz AND s.first_seen < $to::timestamptz
        AND ($lb::int IS NULL OR $lb = ANY (s.lbs))
      GROUP BY s.session
    ),
    spans AS (
      SELECT false AS before, several, first, last FROM active WHERE last >= $from::timestamptz
      UNION ALL
      SELECT true, several, first + $length::interval, last + $length::interval
      FROM active WHERE first < $from::timestamptz
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
  params: z.object({
    ...stepParams,
    pools: z.array(z.number()),
    lb: z.number().nullable(),
  }),
  row: z.object({
    before: z.boolean(),
    several: z.boolean(),
    first: z.number(),
    last: z.number(),
    n: z.number(),
  }),
});
