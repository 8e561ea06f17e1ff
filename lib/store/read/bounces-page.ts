import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { bounceFilter, bounceFilterParams, spreadBounceFilter } from "./bounce-filter";
import { bounceColumns, bounceRow } from "./bounce-row";
import { perPool } from "./pool-branches";

const params = z.object({
  ...bounceFilterParams,
  afterAt: timestampParam.nullable(),
  afterSession: z.string().nullable(),
  afterId: z.string().nullable(),
  /** How many bounces of the range a page looks through, in each pool; a cluster looks through all. */
  examined: z.number(),
  limit: z.number(),
});
const edgeParams = params.pick({
  pools: true,
  from: true,
  to: true,
  sessionFrom: true,
  sessionTo: true,
  afterAt: true,
  afterSession: true,
  afterId: true,
  examined: true,
});
const edgeRow = bounceRow.pick({ session: true, at: true, id: true });
/** Where a page ends: the sort keys of its last bounce. */
export type BounceKey = z.output<typeof edgeRow>;

const pageBy = (name: string, beyond: "<" | ">", way: "ASC" | "DESC") => {
  const order = `ORDER BY b.at ${way}, b.session ${way}, b.id ${way}`;
  const after = `($afterAt::timestamptz IS NULL
        OR (b.at ${beyond}= $afterAt AND (b.at, b.session, b.id)
          ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))`;
  const inOrder = `
            SELECT b.* FROM bounces b
            WHERE b.pool = k.pool AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
              AND ($sessionFrom::uuid IS NULL OR b.session BETWEEN $sessionFrom AND $sessionTo::uuid)
              AND ${after}
            ${order}`;
  const edge = defineQuery({
    name: `${name}-edge`,
    sql: `
      SELECT b.session, b.at, b.id FROM unnest($pools::int[]) AS k (pool)
      CROSS JOIN LATERAL (${inOrder} OFFSET $examined::int - 1 LIMIT 1) b
      ${order} LIMIT 1`,
    spread: "SELECT NULL::uuid AS session, now() AS at, NULL::uuid AS id WHERE false",
    params: edgeParams,
    row: edgeRow,
  });
  const read = defineQuery({
    name,
    spread: (given) => `
      WITH page AS MATERIALIZED (
        SELECT * FROM (
          ${perPool(
            given.pools,
            (pool) => `
          SELECT ${bounceColumns} FROM bounces b
          WHERE b.pool = ${pool} AND ${spreadBounceFilter(given)} AND ${after}
          ${order} LIMIT $limit`,
          )}
        ) b
        ${order} LIMIT $limit
      ),
      paths AS MATERIALIZED (
        SELECT r.session, r.id, r.path FROM page b
        JOIN requests r ON r.session = b.session AND r.started_at = b.at AND r.id = b.id
      )
      SELECT b.*, p.path FROM page b LEFT JOIN paths p ON p.session = b.session AND p.id = b.id
      ${order}`,
    sql: `
      SELECT b.*, (
        SELECT r.path FROM requests r
        WHERE r.session = b.session AND r.started_at = b.at AND r.id = b.id) AS path
      FROM (
        SELECT b.* FROM unnest($pools::int[]) AS k (pool)
        CROSS JOIN LATERAL (
          SELECT ${bounceColumns} FROM (${inOrder} LIMIT $examined
          ) b
          WHERE ${bounceFilter}
          ${order} LIMIT $limit
        ) b
        ${order} LIMIT $limit
      ) b
      ${order}`,
    params,
    row: bounceRow.extend({ path: z.string().nullable() }),
  });
  return { read, edge, isAfter: (a: BounceKey, b: BounceKey) => isAfter(a, b, way) };
};

const pages = {
  latest: pageBy("bounces-page", "<", "DESC"),
  oldest: pageBy("bounces-page-oldest", ">", "ASC"),
};

/** As long as nothing rare is looked for, a page is full long before it looked through so many. */
const mostExamined = 5_000;
/** Those whose requests or sessions are looked at each. */
const mostRead = 1_000;

export type BouncesAsked = Omit<z.input<typeof params>, "examined">;

/**
 * Bounces in the range with the paths of their requests, by time: bounces_at in each pool, as far as the page goes.
 * Where few match, a page looks through 5,000 bounces (1,000, where their sessions or requests are looked at) and tells
 * how far it came (`reached`): the next one goes on there.
 */
export async function bouncesPage(db: Queryable, order: keyof typeof pages, asked: BouncesAsked) {
  const isRead = asked.lost || asked.soughtPath !== null || asked.soughtClient !== null;
  const given = { ...asked, examined: isRead ? mostRead : mostExamined };
  const { read, edge, isAfter } = pages[order];
  const rows = await read(db, given);
  const [reached] = rows.length < given.limit ? await edge(db, given) : [];
  // What lies beyond in other pools is found again from there.
  return reached
    ? { rows: rows.filter((row) => !isAfter(row, reached)), reached }
    : { rows, reached: null };
}

/** Whether a bounce stands behind another in the list. */
function isAfter(bounce: BounceKey, other: BounceKey, way: "ASC" | "DESC"): boolean {
  for (const key of ["at", "session", "id"] as const)
    if (bounce[key] !== other[key])
      return way === "ASC" ? bounce[key] > other[key] : bounce[key] < other[key];
  return false;
}
