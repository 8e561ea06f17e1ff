import { z } from "zod";
import { isOfSession } from "../by-session";
import { defineQuery, type Queryable } from "../query";
import { wasAtAny } from "../session-places";
import {
  afterByTime,
  mostExamined,
  mostRead,
  orderByTime,
  pageByTime,
  pageByTimeParams,
  pageUpTo,
  type Way,
} from "./bounded-page";
import { lossColumns, lossRow } from "./loss-row";
import { soughtParams } from "./sought";

const params = z.object({
  ...pageByTimeParams,
  everyPool: z.boolean(),
  /** Names that were written for the node. */
  nodes: z.array(z.string()).nullable(),
  /** `unproved` for those that nothing explains. */
  lostTo: z.string().nullable(),
  ...soughtParams,
  /** The same nodes as `soughtNodes`, by the names that were written for them. */
  soughtNames: z.array(z.string()),
  soughtCorrelation: z.string().nullable(),
  limit: z.number(),
});
const edgeRow = lossRow.pick({ session: true, at: true, id: true });

/** Which losses of a pool a cluster is asked for: without what is not asked, what lies in other tables found before. */
function spreadFilter(given: z.output<typeof params>, pool: number): string {
  const isAsked = given.everyPool || given.pools.includes(pool);
  const sought = [
    `EXISTS (SELECT 1 FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
      WHERE l.session BETWEEN k.low AND k.high)`,
    "l.correlation = $soughtCorrelation::text",
    "l.node = ANY ($soughtNames::text[])",
    ...(given.soughtClient === null && given.soughtNodes === null && given.soughtLbs === null
      ? []
      : [
          `l.session IN (SELECT s.session FROM sessions s
            WHERE s.client <<= $soughtClient::inet OR ${wasAtAny("s", "lb", "$soughtLbs::int[]")}
              OR ${wasAtAny("s", "node", "$soughtNodes::int[]")} OFFSET 0)`,
        ]),
    ...(given.soughtPath === null
      ? []
      : [
          `l.session IN (SELECT r.session FROM requests r WHERE r.path LIKE $soughtPath
            AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz OFFSET 0)`,
        ]),
  ];
  return `
    l.at >= $from::timestamptz AND l.at < $to::timestamptz
    ${isAsked ? "" : "AND EXISTS (SELECT 1 FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[]))"}
    AND ($nodes::text[] IS NULL OR l.node = ANY ($nodes))
    AND ($lostTo::text IS NULL OR coalesce(l.lost_to, 'unproved') = $lostTo)
    AND ($sessionFrom::uuid IS NULL OR l.session BETWEEN $sessionFrom AND $sessionTo::uuid)
    ${given.sought ? `AND (${sought.join(" OR ")})` : ""}`;
}

const pageBy = (name: string, way: Way) => {
  const order = orderByTime("l", way);
  const after = afterByTime("l", way);
  const ofPools = "FROM (SELECT DISTINCT unnest($pools::int[] || 0) AS pool) k";
  const inOrder = `
          SELECT l.* FROM losses l
          WHERE l.pool = k.pool AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
            AND ($sessionFrom::uuid IS NULL OR l.session BETWEEN $sessionFrom AND $sessionTo::uuid)
            AND ${after}
          ${order}`;
  const edge = defineQuery({
    name: `${name}-edge`,
    sql: `
      SELECT l.session, l.at, l.id ${ofPools}
      CROSS JOIN LATERAL (${inOrder} OFFSET $examined::int - 1 LIMIT 1) l
      ${order} LIMIT 1`,
    spread: "SELECT NULL::uuid AS session, now() AS at, NULL::uuid AS id WHERE false",
    params: pageByTime,
    row: edgeRow,
  });
  const read = defineQuery({
    name,
    spread: (given) => `
      SELECT l.* FROM (
        ${[...new Set([...given.pools, 0])]
          .map(
            (pool) => `(
        SELECT ${lossColumns} FROM losses l
        WHERE l.pool = ${pool} AND ${spreadFilter(given, pool)}
          AND ${after}
        ${order} LIMIT $limit)`,
          )
          .join(" UNION ALL ")}
      ) l
      ${order} LIMIT $limit`,
    sql: `
      SELECT l.* ${ofPools}
      CROSS JOIN LATERAL (
        SELECT ${lossColumns} FROM (${inOrder} LIMIT $examined
        ) l
        WHERE ($everyPool::boolean OR l.pool = ANY ($pools::int[]) OR EXISTS (
            SELECT FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[])))
          AND ($nodes::text[] IS NULL OR l.node = ANY ($nodes))
          AND ($lostTo::text IS NULL OR coalesce(l.lost_to, 'unproved') = $lostTo)
          AND (NOT $sought::boolean
            OR EXISTS (SELECT FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
              WHERE l.session BETWEEN k.low AND k.high)
            OR l.correlation = $soughtCorrelation::text
            OR l.node = ANY ($soughtNames::text[])
            OR CASE WHEN $soughtClient::inet IS NULL AND $soughtNodes::int[] IS NULL
                AND $soughtLbs::int[] IS NULL THEN false ELSE (
              SELECT true FROM sessions s
              WHERE s.session = l.session AND (s.client <<= $soughtClient OR ${wasAtAny("s", "lb", "$soughtLbs")}
                OR ${wasAtAny("s", "node", "$soughtNodes")})
              LIMIT 1) IS NOT NULL END
            OR CASE WHEN $soughtPath::text IS NULL THEN false ELSE (
              SELECT true FROM requests r
              WHERE ${isOfSession("r", "l.session")} AND r.path LIKE $soughtPath
                AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
              LIMIT 1) IS NOT NULL END)
        ${order} LIMIT $limit
      ) l
      ${order} LIMIT $limit`,
    params,
    row: lossRow,
  });
  return { read, edge, way };
};

const pages = {
  latest: pageBy("losses-page", "DESC"),
  oldest: pageBy("losses-page-oldest", "ASC"),
};

export type LossesAsked = Omit<z.input<typeof params>, "examined">;

/**
 * Losses in the range by time. A loss that names no pool belongs to the pools that its session was in. Where few match,
 * a page looks through 5,000 losses (1,000, where their sessions or requests are looked at) and tells how far it came
 * (`reached`): the next one goes on there.
 */
export async function lossesPage(db: Queryable, order: keyof typeof pages, asked: LossesAsked) {
  const given = { ...asked, examined: asked.sought ? mostRead : mostExamined };
  return pageUpTo(db, pages[order], given);
}
