import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Which load balancers sent each pool requests since the quarter of an hour in which the given moment of that pool lies. */
export const poolLbs = defineQuery({
  name: "pool-lbs",
  sql: `
    SELECT DISTINCT k.pool, n.lb
    FROM (SELECT * FROM unnest($pools::int[], $since::timestamptz[]) AS k (pool, since)) k
    JOIN node_spans n ON n.pool = k.pool AND n.node = -1 AND n.grain = 15
      AND n.at > k.since - interval '15 minutes'`,
  params: z.object({ pools: z.array(z.number()), since: z.array(timestampParam) }),
  row: z.object({ pool: z.number(), lb: z.number() }),
});
