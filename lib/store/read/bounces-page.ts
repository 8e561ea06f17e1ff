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
  limit: z.number(),
});

const pageBy = (name: string, beyond: "<" | ">", way: "ASC" | "DESC") => {
  const order = `ORDER BY b.at ${way}, b.session ${way}, b.id ${way}`;
  const after = `($afterAt::timestamptz IS NULL
        OR (b.at ${beyond}= $afterAt AND (b.at, b.session, b.id)
          ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))`;
  return defineQuery({
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
          SELECT ${bounceColumns} FROM bounces b
          WHERE b.pool = k.pool AND ${bounceFilter}
            AND ${after}
          ${order} LIMIT $limit
        ) b
        ${order} LIMIT $limit
      ) b
      ${order}`,
    params,
    row: bounceRow.extend({ path: z.string().nullable() }),
  });
};

const pages = {
  latest: pageBy("bounces-page", "<", "DESC"),
  oldest: pageBy("bounces-page-oldest", ">", "ASC"),
};

/** Bounces in the range with the paths of their requests, by time: bounces_at in each pool, as far as the page goes. */
export function bouncesPage(
  db: Queryable,
  order: keyof typeof pages,
  given: z.input<typeof params>,
) {
  return pages[order](db, given);
}
