import { z } from "zod";
import { defineQuery } from "../query";
import { stepColumns, stepParams } from "./steps";

/** Bounces by step and cause, in the range and in the period before it. */
export const bounceSteps = defineQuery({
  name: "bounce-steps",
  sql: `
    SELECT ${stepColumns("b.at")}, b.cause, b.class, count(*) AS n
    FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $before::timestamptz AND b.at < $to::timestamptz
      AND ($lb::int IS NULL OR b.lb = $lb)
    GROUP BY 1, 2, 3, 4`,
  params: z.object({ ...stepParams, pools: z.array(z.number()), lb: z.number().nullable() }),
  row: z.object({
    before: z.boolean(),
    step: z.number(),
    cause: z.string(),
    class: z.string(),
    n: z.number(),
  }),
});
