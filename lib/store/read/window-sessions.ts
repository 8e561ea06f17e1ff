import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * Sessions that were seen in a window of time, and those of at least two
 * requests: of each pool, and (`pool` null) over them, where a session of
 * several pools counts once. With a balancer, those that came through it.
 */
export const windowSessions = defineQuery({
  name: "window-sessions",
  sql: `
    WITH active AS (
      SELECT s.session, s.pool, s.requests FROM sessions s
      WHERE s.pool = ANY ($pools::int[])
        AND s.last_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
        AND ($lb::int IS NULL OR $lb::int = ANY (s.lbs))
    )
    SELECT pool, count(*) AS sessions, count(*) FILTER (WHERE requests >= 2) AS several
    FROM active GROUP BY pool
    UNION ALL
    SELECT NULL, count(*), count(*) FILTER (WHERE requests >= 2)
    FROM (SELECT sum(requests) AS requests FROM active GROUP BY session) each`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    lb: z.number().nullable().default(null),
  }),
  row: z.object({ pool: z.number().nullable(), sessions: z.number(), several: z.number() }),
});
