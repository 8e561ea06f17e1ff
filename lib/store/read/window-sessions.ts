import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { wentThrough } from "../session-places";
import { seenSince } from "./last-seen";
import { chosen, type SessionShare, sessionShares } from "./shares";

const params = z.object({
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  lb: z.number().nullable().default(null),
});

const counted = (share: SessionShare) =>
  defineQuery({
    name: share === 1 ? "window-sessions" : `window-sessions-of-${share}`,
    sql: `
    WITH active AS (
      SELECT s.session, s.pool, s.requests FROM sessions s
      WHERE s.pool = ANY ($pools::int[])
        AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz
        AND ($lb::int IS NULL OR ${wentThrough("s", "$lb::int")}) ${chosen(share, "s.session")}
    )
    SELECT pool, ${share} * count(*) AS sessions, ${share} * count(*) FILTER (WHERE requests >= 2) AS several
    FROM active GROUP BY pool
    UNION ALL
    SELECT NULL, ${share} * count(*), ${share} * count(*) FILTER (WHERE requests >= 2)
    FROM (SELECT sum(requests) AS requests FROM active GROUP BY session) each`,
    params,
    row: z.object({ pool: z.number().nullable(), sessions: z.number(), several: z.number() }),
  });

const [all, many, few] = sessionShares;
const queries = { [all]: counted(all), [many]: counted(many), [few]: counted(few) };

/**
 * Sessions that were seen in a window of time, and those of at least two
 * requests: of each pool, and (`pool` null) over them, where a session of
 * several pools counts once. With a balancer, those that came through it.
 * Of a share of the sessions, the counts are estimates for all.
 */
export function windowSessions(db: Queryable, share: SessionShare, given: z.input<typeof params>) {
  return queries[share](db, given);
}
