import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { causeColumn } from "./verdict-columns";

/** Bounces in the range without returns, by pool, balancer, node left, node reached and cause. Reads bounces_at. */
export const spreadMoves = defineQuery({
  name: "spread-moves",
  sql: `
    SELECT b.pool, b.lb, b.from_node, b.to_node, b.cause, count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      AND NOT b.is_return
    GROUP BY 1, 2, 3, 4, 5`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({
    pool: z.number(),
    lb: z.number(),
    from_node: z.number(),
    to_node: z.number(),
    cause: causeColumn,
    n: z.number(),
  }),
});
