import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { causeColumn } from "./verdict-columns";

/** Bounces in a window by the node left, the node reached, the balancer and the cause. */
export const windowMoves = defineQuery({
  name: "window-moves",
  sql: `
    SELECT b.pool, b.from_node, b.to_node, b.lb, b.cause, count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
    GROUP BY 1, 2, 3, 4, 5`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({
    pool: z.number(),
    from_node: z.number(),
    to_node: z.number(),
    lb: z.number(),
    cause: causeColumn,
    n: z.number(),
  }),
});
