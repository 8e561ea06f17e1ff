import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * How many requests of known sessions each node served in the range, reckoned
 * from a sample of the given percentage of the pages (100 counts them all).
 */
export const tiedRequests = defineQuery({
  name: "tied-requests",
  sql: `
    SELECT r.node, count(*) * 100.0 / $percent::float8 AS n
    FROM requests r TABLESAMPLE SYSTEM ($percent::float8)
    WHERE r.pool = ANY ($pools::int[]) AND r.tie > 0 AND r.node IS NOT NULL
      AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
    GROUP BY 1`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    percent: z.number(),
  }),
  row: z.object({ node: z.number(), n: z.number() }),
});
