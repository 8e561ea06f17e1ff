import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { sessionColumns, sessionRow } from "./session-row";
import { soughtParams } from "./sought";

/** What each order sorts by before the time last seen; all fall. */
const keys = {
  worst: ["s.unexplained + s.losses", "s.bounces"],
  latest: ["0", "0"],
  lost: ["s.losses", "s.unexplained"],
  requests: ["s.requests", "s.bounces"],
} as const;
export type SessionOrder = keyof typeof keys;

const params = z.object({
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  cause: z.string().nullable(),
  nodes: z.array(z.number()).nullable(),
  client: z.string().nullable(),
  lost: z.boolean(),
  pingPong: z.boolean(),
  bounced: z.boolean(),
  lb: z.number().nullable(),
  ...soughtParams,
  afterFirst: z.number().nullable(),
  afterSecond: z.number().nullable(),
  afterAt: timestampParam.nullable(),
  afterSession: z.string().nullable(),
  afterPool: z.number().nullable(),
  limit: z.number(),
});
const row = sessionRow.extend({ first: z.number(), second: z.number() });

const pageBy = (order: SessionOrder) => {
  const [first, second] = keys[order];
  return defineQuery({
    name: `sessions-page-${order}`,
    sql: `
      SELECT ${sessionColumns}, ${first} AS first, ${second} AS second
      FROM sessions s
      WHERE s.pool = ANY ($pools::int[])
        AND s.last_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
        AND (NOT $bounced::boolean OR s.bounces > 0)
        AND (NOT $lost::boolean OR s.losses > 0)
        AND (NOT $pingPong::boolean OR s.ping_pong)
        AND ($nodes::int[] IS NULL OR s.nodes && $nodes)
        AND ($client::inet IS NULL OR s.client <<= $client)
        AND ($cause::text IS NULL OR (s.bounces > 0 AND (s.session, s.pool) IN (
          SELECT b.session, b.pool FROM bounces b
          WHERE b.pool = ANY ($pools::int[]) AND b.cause = $cause
            AND b.at >= $from::timestamptz AND b.at < $to::timestamptz)))
        AND ($lb::int IS NULL OR $lb = ANY (s.lbs))
        AND (NOT $sought::boolean
          OR EXISTS (SELECT FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
            WHERE s.session BETWEEN k.low AND k.high)
          OR s.client <<= $soughtClient::inet
          OR s.nodes && $soughtNodes::int[]
          OR s.lbs && $soughtLbs::int[]
          OR CASE WHEN $soughtPath::text IS NULL THEN false ELSE (
            SELECT true FROM requests r
            WHERE r.session = s.session AND r.pool = s.pool AND r.path LIKE $soughtPath
              AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
            LIMIT 1) IS NOT NULL END)
        AND ($afterFirst::int IS NULL
          OR (${first}, ${second}, s.last_seen, s.session, s.pool)
            < ($afterFirst, $afterSecond::int, $afterAt::timestamptz, $afterSession::uuid, $afterPool::int))
      ORDER BY first DESC, second DESC, s.last_seen DESC, s.session DESC, s.pool DESC
      LIMIT $limit`,
    params,
    row,
  });
};

const pages = {
  worst: pageBy("worst"),
  latest: pageBy("latest"),
  lost: pageBy("lost"),
  requests: pageBy("requests"),
};

/**
 * Sessions seen in the range, a row for each pool that one was in, in the order asked for. A path is
 * looked for among each session's own requests, by the primary key.
 */
export function sessionsPage(db: Queryable, order: SessionOrder, given: z.input<typeof params>) {
  return pages[order](db, given);
}
