import { z } from "zod";
import { isOfSession } from "../by-session";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { wasAtAny, wentThrough } from "../session-places";
import { mostExamined, mostRead } from "./bounded-page";
import { lastSeenBy, latestFirst, seenSince } from "./last-seen";
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
/** Of at least 100 requests: an index has them by their weight, which falls with the number of requests; and the others. */
const busy = "s.weight > 1";
const few = "s.weight < 2";
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
    groups: [busy, few],
  },
  /** The small ones after the large, where there are too many to sort: the latest first. */
  small: { first: "-1", second: "-1", groups: [few] },
} as const;
type Order = keyof typeof orders;
export type SessionOrder = Exclude<Order, "small">;

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
  /** How many sessions of a group a page looks through, in each pool; a cluster looks through all. */
  examined: z.number(),
  limit: z.number(),
});
const row = sessionRow.extend({ first: z.number(), second: z.number() });
const edgeParams = params.pick({
  pools: true,
  from: true,
  to: true,
  examined: true,
  afterFirst: true,
  afterSecond: true,
  afterAt: true,
  afterSession: true,
  afterPool: true,
});
const edgeRow = row.pick({ first: true, second: true, last_seen: true, session: true, pool: true });
/** Where a page ends: the sort keys of its last session. */
export type SessionKey = z.output<typeof edgeRow>;

/** What a cluster is asked beyond the order: without what is not asked, what lies in other tables found before. */
function spreadFilter(given: z.output<typeof params>): string {
  const sought = [
    `EXISTS (SELECT 1 FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
      WHERE s.session BETWEEN k.low AND k.high)`,
    "s.client <<= $soughtClient::inet",
    wasAtAny("s", "node", "$soughtNodes::int[]"),
    wasAtAny("s", "lb", "$soughtLbs::int[]"),
    ...(given.soughtPath === null
      ? []
      : [
          `(s.session, s.pool) IN (SELECT r.session, r.pool FROM requests r WHERE r.path LIKE $soughtPath
            AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz OFFSET 0)`,
        ]),
  ];
  return `
    ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz
    AND (NOT $bounced::boolean OR s.bounces > 0)
    AND (NOT $lost::boolean OR s.losses > 0)
    AND (NOT $pingPong::boolean OR s.ping_pong)
    AND ($nodes::int[] IS NULL OR ${wasAtAny("s", "node", "$nodes")})
    AND ($client::inet IS NULL OR s.client <<= $client)
    AND ($lb::int IS NULL OR ${wentThrough("s", "$lb")})
    ${
      given.cause === null
        ? ""
        : `AND EXISTS (
      SELECT 1 FROM bounces b WHERE b.session = s.session AND b.pool = s.pool AND b.cause = $cause
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz)`
    }
    ${given.sought ? `AND (${sought.join(" OR ")})` : ""}`;
}

/** Sessions of these ids are looked up by them: nothing else is sought. */
const named = `s.session = ANY (ARRAY(
              SELECT o.session FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS w (low, high)
              CROSS JOIN LATERAL (
                SELECT o.session FROM sessions o WHERE o.session BETWEEN w.low AND w.high LIMIT 10000
              ) o))`;

/** Whether nothing but time sorts a group: its index has the time, and the page may begin within it. */
function isByTime(order: Order, group: number): boolean {
  const where = orders[order].groups[group];
  return where === quiet || where === explained || order === "latest" || order === "small";
}

function afterOf(order: Order, group: number): string {
  const { first, second } = orders[order];
  return `($afterFirst::int IS NULL
            OR (${first}, ${second}, s.last_seen, s.session, s.pool)
              < ($afterFirst, $afterSecond::int, $afterAt::timestamptz, $afterSession::uuid, $afterPool::int))
          ${isByTime(order, group) ? `AND ($afterFirst::int IS NULL OR $afterFirst > 0 OR $afterSecond > 0 OR (${lastSeenBy("$afterAt")}))` : ""}`;
}

function sortOf(order: Order, group: number, first: string, second: string): string {
  if (isByTime(order, group)) return `${latestFirst}, s.session DESC`;
  const rough = orders[order].groups[group] === busy ? "s.weight DESC, " : "";
  return `${rough}${first} DESC, ${second} DESC, ${latestFirst}, s.session DESC`;
}

/** SQL: a group's sessions of the range and of the pool `k.pool` in their order, from the page's beginning on. */
function inOrder(order: Order, group: number, byId: boolean): string {
  const { first, second, groups } = orders[order];
  return `SELECT s.*, ${first} AS first, ${second} AS second FROM sessions s
          WHERE s.pool = k.pool AND ${groups[group]}
            AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz
            ${byId ? `AND ${named}` : ""}
            AND ${afterOf(order, group)}
          ORDER BY ${sortOf(order, group, first, second)}`;
}

/** Where a page ends that looked through as many sessions of a group as it may: the last of these, in each pool that has more. */
const edgeOf = (order: Order, group: number) =>
  defineQuery({
    name: `sessions-edge-${order}-${group + 1}`,
    sql: `
      SELECT s.first, s.second, s.last_seen, s.session, s.pool FROM unnest($pools::int[]) AS k (pool)
      CROSS JOIN LATERAL (
        ${inOrder(order, group, false)} OFFSET $examined::int - 1 LIMIT 1
      ) s
      ORDER BY s.first DESC, s.second DESC, s.last_seen DESC, s.session DESC, s.pool DESC
      LIMIT 1`,
    spread:
      "SELECT 0 AS first, 0 AS second, now() AS last_seen, NULL::uuid AS session, 0 AS pool WHERE false",
    params: edgeParams,
    row: edgeRow,
  });

const groupOf = (order: Order, group: number, byId: boolean) => {
  const { first, second, groups } = orders[order];
  const after = afterOf(order, group);
  const end = `
      ORDER BY s.first DESC, s.second DESC, s.last_seen DESC, s.session DESC, s.pool DESC
      LIMIT $limit`;
  return defineQuery({
    name: `sessions-page-${order}-${group + 1}${byId ? "-by-id" : ""}`,
    spread: (given) => `
      SELECT s.* FROM (
        ${perPool(
          given.pools,
          (pool) => `
        SELECT ${sessionColumns}, ${first} AS first, ${second} AS second
        FROM sessions s
        WHERE s.pool = ${pool} AND ${groups[group]} AND ${spreadFilter(given)} AND ${after}
        ORDER BY ${sortOf(order, group, first, second)} LIMIT $limit`,
        )}
      ) s ${end}`,
    sql: `
      SELECT s.* FROM unnest($pools::int[]) AS k (pool)
      CROSS JOIN LATERAL (
        SELECT ${sessionColumns}, s.first, s.second FROM (
          ${inOrder(order, group, byId)} LIMIT $examined
        ) s
        WHERE (NOT $bounced::boolean OR s.bounces > 0)
          AND (NOT $lost::boolean OR s.losses > 0)
          AND (NOT $pingPong::boolean OR s.ping_pong)
          AND ($nodes::int[] IS NULL OR ${wasAtAny("s", "node", "$nodes")})
          AND ($client::inet IS NULL OR s.client <<= $client)
          AND ($cause::text IS NULL OR (s.bounces > 0 AND (
            -- Looked up by the key of each: as a join it is made in any way that a poor guess suggests.
            SELECT true FROM bounces b
            WHERE b.session = s.session AND b.pool = s.pool AND b.cause = $cause
              AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
            LIMIT 1) IS NOT NULL))
          AND ($lb::int IS NULL OR ${wentThrough("s", "$lb")})
          AND (NOT $sought::boolean
            OR EXISTS (SELECT FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
              WHERE s.session BETWEEN k.low AND k.high)
            OR s.client <<= $soughtClient::inet
            OR ${wasAtAny("s", "node", "$soughtNodes::int[]")}
            OR ${wasAtAny("s", "lb", "$soughtLbs::int[]")}
            OR CASE WHEN $soughtPath::text IS NULL THEN false ELSE (
              SELECT true FROM requests r
              WHERE ${isOfSession("r", "s.session")} AND r.pool = s.pool AND r.path LIKE $soughtPath
                AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
              LIMIT 1) IS NOT NULL END)
        ORDER BY ${sortOf(order, group, "s.first", "s.second")} LIMIT $limit
      ) s ${end}`,
    params,
    row,
  });
};

const groupsOf = (order: Order) =>
  orders[order].groups.map((where, group) => ({
    isQuiet: where === quiet,
    isLost: order !== "lost" || group === 0,
    read: groupOf(order, group, false),
    readById: groupOf(order, group, true),
    edge: edgeOf(order, group),
  }));
const [large, sorted] = groupsOf("requests");
const pages = {
  worst: groupsOf("worst"),
  latest: groupsOf("latest"),
  lost: groupsOf("lost"),
  requests: [large, sorted],
  // Where there are too many to be sorted.
  many: [large, ...groupsOf("small")],
};

export type SessionsAsked = Omit<z.input<typeof params>, "examined">;

/**
 * Sessions seen in the range, a row for each pool that one was in, in the order asked for. A path is
 * looked for among each session's own requests, by their key. Where few match, a page looks through
 * 5,000 sessions (for a path 1,000) and tells how far it came (`reached`): the next one goes on there.
 * @param many whether the range has too many sessions to be sorted by requests: those of less than 100
 *   follow by time then.
 */
export async function sessionsPage(
  db: Queryable,
  order: SessionOrder,
  asked: SessionsAsked,
  many: boolean,
): Promise<{ rows: z.output<typeof row>[]; reached: SessionKey | null }> {
  // Nothing of this kind happened to the quiet ones.
  const narrowed = asked.bounced || asked.lost || asked.pingPong || asked.cause !== null;
  const examined = asked.soughtPath === null ? mostExamined : mostRead;
  const found: z.output<typeof row>[] = [];
  const groups =
    order === "requests" && (many || asked.afterFirst === -1) ? pages.many : pages[order];
  for (const group of groups) {
    if (!group || found.length >= asked.limit || (group.isQuiet && narrowed)) break;
    if (asked.lost && !group.isLost) break;
    const given = { ...asked, examined, limit: asked.limit - found.length };
    const rows = await (isByIdAlone(asked) ? group.readById : group.read)(db, given);
    const [reached] =
      rows.length < given.limit && isFiltered(asked) && !isByIdAlone(asked)
        ? await group.edge(db, given)
        : [];
    if (reached) {
      // What lies beyond in other pools is found again from there.
      found.push(...rows.filter((session) => !isAfter(session, reached)));
      return { rows: found, reached };
    }
    found.push(...rows);
  }
  return { rows: found, reached: null };
}

function isByIdAlone({
  soughtFrom,
  soughtClient,
  soughtNodes,
  soughtLbs,
  soughtPath,
}: SessionsAsked) {
  const others = [soughtClient, soughtNodes, soughtLbs, soughtPath];
  return soughtFrom.length > 0 && others.every((other) => other === null);
}

function isFiltered(asked: SessionsAsked): boolean {
  const { bounced, lost, pingPong, sought, cause, nodes, client, lb } = asked;
  return (
    bounced || lost || pingPong || sought || [cause, nodes, client, lb].some((of) => of !== null)
  );
}

/** Whether a session stands behind another in the order of the list. */
function isAfter(session: SessionKey, other: SessionKey): boolean {
  for (const key of ["first", "second", "last_seen", "session", "pool"] as const)
    if (session[key] !== other[key]) return session[key] < other[key];
  return false;
}
