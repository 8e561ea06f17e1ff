import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { sessionColumns, sessionRow } from "./session-row";

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
  /** A search: any of the three that is given. */
  sought: z.boolean(),
  soughtFrom: z.string().nullable(),
  soughtTo: z.string().nullable(),
  soughtClient: z.string().nullable(),
  soughtNodes: z.array(z.number()).nullable(),
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
        AND (NOT $sought::boolean
          OR s.session BETWEEN $soughtFrom::uuid AND $soughtTo::uuid
          OR s.client <<= $soughtClient::inet
          OR s.nodes && $soughtNodes::int[])
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

/** Sessions seen in the range, a row for each pool that one was in, in the order asked for. */
export function sessionsPage(db: Queryable, order: SessionOrder, given: z.input<typeof params>) {
  return pages[order](db, given);
}
