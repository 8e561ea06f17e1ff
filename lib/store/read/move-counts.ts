import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { chosen, nameOfShare, perShare, type Share } from "./shares";
import { causeColumn } from "./verdict-columns";

const params = z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam });

const queries = perShare((share) =>
  defineQuery({
    name: nameOfShare("move-counts", share),
    sql: `
    SELECT b.pool, b.lb, b.from_node, b.to_node, b.cause, b.is_return, ${share} * count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz ${chosen(share, "b.session")}
    GROUP BY 1, 2, 3, 4, 5, 6`,
    params,
    row: z.object({
      pool: z.number(),
      lb: z.number(),
      from_node: z.number(),
      to_node: z.number(),
      cause: causeColumn,
      is_return: z.boolean(),
      n: z.number(),
    }),
  }),
);
export type MoveRow = Awaited<ReturnType<typeof moveCounts>>[number];

/**
 * Bounces in a range by pool, balancer, node left, node reached, cause and
 * whether they are returns. Of a share of the sessions they are estimates for
 * all. Reads bounces_at, or that of the share, alone.
 */
export function moveCounts(db: Queryable, share: Share, given: z.input<typeof params>) {
  return queries[share](db, given);
}
