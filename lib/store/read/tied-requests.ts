import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** How many requests of known sessions each node served in a time: by the BRIN index. */
export const tiedRequests = defineQuery({
  name: "tied-requests",
  sql: `
    SELECT r.node, count(*) AS n FROM requests r
    WHERE r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
      AND r.pool = ANY ($pools::int[]) AND r.tie > 0 AND r.node IS NOT NULL
    GROUP BY 1`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({ node: z.number(), n: z.number() }),
});
