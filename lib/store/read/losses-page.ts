import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { lossColumns, lossRow } from "./loss-row";
import { soughtParams } from "./sought";

const params = z.object({
  pools: z.array(z.number()),
  everyPool: z.boolean(),
  from: timestampParam,
  to: timestampParam,
  /** Names that were written for the node. */
  nodes: z.array(z.string()).nullable(),
  /** `unproved` for those that nothing explains. */
  lostTo: z.string().nullable(),
  sessionFrom: z.string().nullable(),
  sessionTo: z.string().nullable(),
  ...soughtParams,
  /** The same nodes as `soughtNodes`, by the names that were written for them. */
  soughtNames: z.array(z.string()),
  soughtCorrelation: z.string().nullable(),
  afterAt: timestampParam.nullable(),
  afterSession: z.string().nullable(),
  afterId: z.string().nullable(),
  /** How many losses of the range a page looks through, in each pool; a cluster looks through all. */
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
const edgeRow = lossRow.pick({ session: true, at: true, id: true });
/** Where a page ends: the sort keys of its last loss. */
export type LossKey = z.output<typeof edgeRow>;

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
            WHERE s.client <<= $soughtClient::inet OR s.lbs && $soughtLbs::int[] OR s.nodes && $soughtNodes::int[] OFFSET 0)`,
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

const pageBy = (name: string, beyond: "<" | ">", way: "ASC" | "DESC") => {
  const order = `ORDER BY l.at ${way}, l.session ${way}, l.id ${way}`;
  const ofPools = "FROM (SELECT DISTINCT unnest($pools::int[] || 0) AS pool) k";
  const inOrder = `
          SELECT l.* FROM losses l
          WHERE l.pool = k.pool AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
            AND ($sessionFrom::uuid IS NULL OR l.session BETWEEN $sessionFrom AND $sessionTo::uuid)
            AND ($afterAt::timestamptz IS NULL
              OR (l.at ${beyond}= $afterAt AND (l.at, l.session, l.id)
                ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))
          ${order}`;
  const edge = defineQuery({
    name: `${name}-edge`,
    sql: `
      SELECT l.session, l.at, l.id ${ofPools}
      CROSS JOIN LATERAL (${inOrder} OFFSET $examined::int - 1 LIMIT 1) l
      ${order} LIMIT 1`,
    spread: "SELECT NULL::uuid AS session, now() AS at, NULL::uuid AS id WHERE false",
    params: edgeParams,
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
          AND ($afterAt::timestamptz IS NULL
            OR (l.at ${beyond}= $afterAt AND (l.at, l.session, l.id)
              ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))
        ORDER BY l.at ${way}, l.session ${way}, l.id ${way} LIMIT $limit)`,
          )
          .join(" UNION ALL ")}
      ) l
      ORDER BY l.at ${way}, l.session ${way}, l.id ${way} LIMIT $limit`,
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
              WHERE s.session = l.session AND (s.client <<= $soughtClient OR s.lbs && $soughtLbs
                OR s.nodes && $soughtNodes)
              LIMIT 1) IS NOT NULL END
            OR CASE WHEN $soughtPath::text IS NULL THEN false ELSE (
              SELECT true FROM requests r
              WHERE r.session = l.session AND r.path LIKE $soughtPath
                AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
              LIMIT 1) IS NOT NULL END)
        ${order} LIMIT $limit
      ) l
      ${order} LIMIT $limit`,
    params,
    row: lossRow,
  });
  return { read, edge, isAfter: (a: LossKey, b: LossKey) => isAfter(a, b, way) };
};

const pages = {
  latest: pageBy("losses-page", "<", "DESC"),
  oldest: pageBy("losses-page-oldest", ">", "ASC"),
};

/** As long as nothing rare is looked for, a page is full long before it looked through so many. */
const mostExamined = 5_000;
/** Those whose sessions or requests are looked at each. */
const mostRead = 1_000;

export type LossesAsked = Omit<z.input<typeof params>, "examined">;

/**
 * Losses in the range by time. A loss that names no pool belongs to the pools that its session was in. Where few match,
 * a page looks through 5,000 losses (1,000, where their sessions or requests are looked at) and tells how far it came
 * (`reached`): the next one goes on there.
 */
export async function lossesPage(db: Queryable, order: keyof typeof pages, asked: LossesAsked) {
  const given = { ...asked, examined: asked.sought ? mostRead : mostExamined };
  const { read, edge, isAfter } = pages[order];
  const rows = await read(db, given);
  const [reached] = rows.length < given.limit ? await edge(db, given) : [];
  // What lies beyond in other pools is found again from there.
  return reached
    ? { rows: rows.filter((row) => !isAfter(row, reached)), reached }
    : { rows, reached: null };
}

/** Whether a loss stands behind another in the list. */
function isAfter(loss: LossKey, other: LossKey, way: "ASC" | "DESC"): boolean {
  for (const key of ["at", "session", "id"] as const)
    if (loss[key] !== other[key])
      return way === "ASC" ? loss[key] > other[key] : loss[key] < other[key];
  return false;
}
