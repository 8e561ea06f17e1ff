import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { causeColumn } from "./verdict-columns";

/** Bounces in the range by the node left, the node reached and the cause. */
export const moveCounts = defineQuery({
  name: "move-counts",
  sql: `
    SELECT b.from_node, b.to_node, b.cause, count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
    GROUP BY 1, 2, 3`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({
    from_node: z.number(),
    to_node: z.number(),
    cause: causeColumn,
    n: z.number(),
  }),
});
