import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/** Bounces by step, node left and node reached. */
export const heatMoves = defineQuery({
  name: "heat-moves",
  sql: `
    SELECT date_bin($step::interval, b.at, $start::timestamptz) AS step,
      b.from_node, b.to_node, count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
    GROUP BY 1, 2, 3`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    step: z.number(),
    from_node: z.number(),
    to_node: z.number(),
    n: z.number(),
  }),
});
