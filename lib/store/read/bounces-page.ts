import { z } from "zod";
import { isRequest } from "../by-session";
import { defineQuery, type Queryable } from "../query";
import { bounceFilter, bounceFilterParams, ofDaysAsked, spreadBounceFilter } from "./bounce-filter";
import { bounceColumns, bounceRow, withProof } from "./bounce-row";
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
import { perPool } from "./pool-branches";

const params = z.object({ ...bounceFilterParams, ...pageByTimeParams, limit: z.number() });
const edgeRow = bounceRow.pick({ session: true, at: true, id: true });

const pageBy = (name: string, way: Way) => {
  const order = orderByTime("b", way);
  const after = afterByTime("b", way);
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
    params: pageByTime,
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
          SELECT ${bounceColumns} FROM bounces b ${withProof}
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
      SELECT ${bounceColumns}, (
        SELECT r.path FROM requests r
        WHERE ${isRequest("r", "b.session", "b.at", "b.id")} AND ${ofDaysAsked("r")}) AS path
      FROM (
        SELECT b.* FROM unnest($pools::int[]) AS k (pool)
        CROSS JOIN LATERAL (
          SELECT b.* FROM (${inOrder} LIMIT $examined
          ) b
          WHERE ${bounceFilter}
          ${order} LIMIT $limit
        ) b
        ${order} LIMIT $limit
      ) b ${withProof}
      ${order}`,
    params,
    row: bounceRow.extend({ path: z.string().nullable() }),
  });
  return { read, edge, way };
};

const pages = {
  latest: pageBy("bounces-page", "DESC"),
  oldest: pageBy("bounces-page-oldest", "ASC"),
};

export type BouncesAsked = Omit<z.input<typeof params>, "examined">;

/**
 * Bounces in the range with the paths of their requests, by time: bounces_at in each pool, as far as the page goes.
 * Where few match, a page looks through 5,000 bounces (1,000, where their sessions or requests are looked at) and tells
 * how far it came (`reached`): the next one goes on there.
 */
export async function bouncesPage(db: Queryable, order: keyof typeof pages, asked: BouncesAsked) {
  const isRead = asked.lost || asked.soughtPath !== null || asked.soughtClient !== null;
  const given = { ...asked, examined: isRead ? mostRead : mostExamined };
  return pageUpTo(db, pages[order], given);
}
