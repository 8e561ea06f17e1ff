import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** How many losses a time holds; counted no further than `most`. */
export const lossCount = defineQuery({
  name: "loss-count",
  sql: `
    SELECT count(*) AS n FROM (
      SELECT 1 FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0) AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
      LIMIT $most
    ) found`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    most: z.number(),
  }),
  row: z.object({ n: z.number() }),
});
