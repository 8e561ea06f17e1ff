import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { perPool } from "./pool-branches";
import { sessionColumns, sessionRow } from "./session-row";
import { soughtParams } from "./sought";

/**
 * What each order sorts by before the time last seen (all fall), and the
 * sessions that stand in it one group after another: an index has each group in
 * its order, so that a page reads no more than it shows.
 */
const flagged = "(s.unexplained + s.losses > 0 OR s.bounces > 0)";
/** Those to which nothing happened, and those to which nothing unexplained did: only their time sorts them. */
const quiet = `NOT ${flagged}`;
const explained = "s.losses = 0 AND s.unexplained = 0";
const orders = {
  worst: { first: "s.unexplained + s.losses", second: "s.bounces", groups: [flagged, quiet] },
  latest: { first: "0", second: "0", groups: ["true"] },
  lost: {
    first: "s.losses",
    second: "s.unexplained",
    groups: ["s.losses > 0", "s.losses = 0 AND s.unexplained > 0", explained],
  },
  requests: {
    first: "s.requests",
    second: "s.bounces",
    groups: ["s.requests >= 100", "s.requests < 100"],
  },
} as const;
export type SessionOrder = keyof typeof orders;

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

/** What a cluster is asked beyond the order: without what is not asked, what lies in other tables found before. */
function spreadFilter(given: z.output<typeof params>): string {
  const sought = [
    `EXISTS (SELECT 1 FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
      WHERE s.session BETWEEN k.low AND k.high)`,
    "s.client <<= $soughtClient::inet",
    "s.nodes && $soughtNodes::int[]",
    "s.lbs && $soughtLbs::int[]",
    ...(given.soughtPath === null
      ? []
      : [
          `(s.session, s.pool) IN (SELECT r.session, r.pool FROM requests r WHERE r.path LIKE $soughtPath
            AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz OFFSET 0)`,
        ]),
  ];
  return `
    s.last_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
    AND (NOT $bounced::boolean OR s.bounces > 0)
    AND (NOT $lost::boolean OR s.losses > 0)
    AND (NOT $pingPong::boolean OR s.ping_pong)
    AND ($nodes::int[] IS NULL OR s.nodes && $nodes)
    AND ($client::inet IS NULL OR s.client <<= $client)
    AND ($lb::int IS NULL OR $lb = ANY (s.lbs))
    ${
      given.cause === null
        ? ""
        : `AND EXISTS (
      SELECT 1 FROM bounces b WHERE b.session = s.session AND b.pool = s.pool AND b.cause = $cause
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz)`
    }
    ${given.sought ? `AND (${sought.join(" OR ")})` : ""}`;
}

const groupOf = (order: SessionOrder, group: number) => {
  const { first, second, groups } = orders[order];
  // What sorts a group by nothing but time: its index has the time, and the page may begin within it.
  const byTime = groups[group] === quiet || groups[group] === explained || order === "latest";
  const sort = byTime ? "" : `${first} DESC, ${second} DESC, `;
  const after = `($afterFirst::int IS NULL
            OR (${first}, ${second}, s.last_seen, s.session, s.pool)
              < ($afterFirst, $afterSecond::int, $afterAt::timestamptz, $afterSession::uuid, $afterPool::int))
          ${byTime ? "AND ($afterFirst::int IS NULL OR $afterFirst > 0 OR $afterSecond > 0 OR s.last_seen <= $afterAt)" : ""}`;
  const end = `
      ORDER BY s.first DESC, s.second DESC, s.last_seen DESC, s.session DESC, s.pool DESC
      LIMIT $limit`;
  return defineQuery({
    name: `sessions-page-${order}-${group + 1}`,
    spread: (given) => `
      SELECT s.* FROM (
        ${perPool(
          given.pools,
          (pool) => `
        SELECT ${sessionColumns}, ${first} AS first, ${second} AS second
        FROM sessions s
        WHERE s.pool = ${pool} AND ${groups[group]} AND ${spreadFilter(given)} AND ${after}
        ORDER BY ${sort}s.last_seen DESC, s.session DESC LIMIT $limit`,
        )}
      ) s ${end}`,
    sql: `
      SELECT s.* FROM unnest($pools::int[]) AS k (pool)
      CROSS JOIN LATERAL (
        SELECT ${sessionColumns}, ${first} AS first, ${second} AS second
        FROM sessions s
        WHERE s.pool = k.pool AND ${groups[group]}
          AND s.last_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
          AND (NOT $bounced::boolean OR s.bounces > 0)
          AND (NOT $lost::boolean OR s.losses > 0)
          AND (NOT $pingPong::boolean OR s.ping_pong)
          AND ($nodes::int[] IS NULL OR s.nodes && $nodes)
          AND ($client::inet IS NULL OR s.client <<= $client)
          AND ($cause::text IS NULL OR (s.bounces > 0 AND EXISTS (
            SELECT FROM bounces b
            WHERE b.session = s.session AND b.pool = s.pool AND b.cause = $cause
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
          AND ${after}
        ORDER BY ${sort}s.last_seen DESC, s.session DESC LIMIT $limit
      ) s ${end}`,
    params,
    row,
  });
};

const groupsOf = (order: SessionOrder) =>
  orders[order].groups.map((where, group) => ({
    isQuiet: where === quiet,
    isLost: order !== "lost" || group === 0,
    read: groupOf(order, group),
  }));
const pages = {
  worst: groupsOf("worst"),
  latest: groupsOf("latest"),
  lost: groupsOf("lost"),
  requests: groupsOf("requests"),
};

/**
 * Sessions seen in the range, a row for each pool that one was in, in the order asked for. A path is
 * looked for among each session's own requests, by the primary key.
 */
export async function sessionsPage(
  db: Queryable,
  order: SessionOrder,
  given: z.input<typeof params>,
) {
  // Nothing of this kind happened to the quiet ones.
  const narrowed = given.bounced || given.lost || given.pingPong || given.cause !== null;
  const found: z.output<typeof row>[] = [];
  for (const group of pages[order]) {
    if (found.length >= given.limit || (group.isQuiet && narrowed)) break;
    if (given.lost && !group.isLost) break;
    const limit = given.limit - found.length;
    found.push(...(await group.read(db, { ...given, limit })));
  }
  return found;
}
