import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** How many changes somebody made to a pool in a time; what a balancer saw of its nodes does not count. */
export const deedCount = defineQuery({
  name: "alert-deed-count",
  sql: `
    SELECT count(*) AS n FROM changes c
    WHERE c.at >= $from::timestamptz AND c.at < $to::timestamptz
      AND (c.pool IS NULL OR c.pool = $pool) AND c.kind NOT IN ('node-down', 'node-up')`,
  params: z.object({ pool: z.number(), from: timestampParam, to: timestampParam }),
  row: z.object({ n: z.number() }),
});
