import { z } from "zod";
import { defineQuery } from "../query";
import { causeColumn } from "./verdict-columns";
import { windowParams, withinWindows } from "./windows";

/** Bounces in the range by the node left, the node reached and the cause; and how many of them lie in the windows. */
export const moveCounts = defineQuery({
  name: "move-counts",
  sql: `
    SELECT b.from_node, b.to_node, b.cause, count(*) AS n,
      count(*) FILTER (WHERE ${withinWindows("b.at")}) AS within
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
    GROUP BY 1, 2, 3`,
  params: z.object({ ...windowParams, pools: z.array(z.number()) }),
  row: z.object({
    from_node: z.number(),
    to_node: z.number(),
    cause: causeColumn,
    n: z.number(),
    within: z.number(),
  }),
});
