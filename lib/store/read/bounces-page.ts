import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { bounceFilter, bounceFilterParams } from "./bounce-filter";
import { bounceColumns, bounceRow } from "./bounce-row";

const params = z.object({
  ...bounceFilterParams,
  afterAt: timestampParam.nullable(),
  afterSession: z.string().nullable(),
  afterId: z.string().nullable(),
  limit: z.number(),
});

const pageBy = (name: string, beyond: "<" | ">", way: "ASC" | "DESC") =>
  defineQuery({
    name,
    sql: `
      SELECT b.*, (
        SELECT r.path FROM requests r
        WHERE r.session = b.session AND r.started_at = b.at AND r.id = b.id) AS path
      FROM (
        SELECT b.* FROM unnest($pools::int[]) AS k (pool)
        CROSS JOIN LATERAL (
          SELECT ${bounceColumns} FROM bounces b
          WHERE b.pool = k.pool AND ${bounceFilter}
            AND ($afterAt::timestamptz IS NULL
              OR (b.at ${beyond}= $afterAt AND (b.at, b.session, b.id)
                ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))
          ORDER BY b.at ${way}, b.session ${way}, b.id ${way} LIMIT $limit
        ) b
        ORDER BY b.at ${way}, b.session ${way}, b.id ${way} LIMIT $limit
      ) b
      ORDER BY b.at ${way}, b.session ${way}, b.id ${way}`,
    params,
    row: bounceRow.extend({ path: z.string().nullable() }),
  });

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
