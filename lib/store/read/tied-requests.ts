import { z } from "zod";
import { defineQuery } from "../query";
import { windowParams } from "./windows";

/** How many requests of known sessions each node served in the windows: each by the BRIN index. */
export const tiedRequests = defineQuery({
  name: "tied-requests",
  sql: `
    SELECT r.node, count(*) AS n
    FROM generate_series(
      $from::timestamptz,
      $to::timestamptz - interval '1 microsecond',
      $period::interval
    ) AS w (begins)
    CROSS JOIN LATERAL (
      SELECT r.node FROM requests r
      WHERE r.started_at >= w.begins
        AND r.started_at < least(w.begins + $width::interval, $to::timestamptz)
        AND r.pool = ANY ($pools::int[]) AND r.tie > 0 AND r.node IS NOT NULL
    ) r
    GROUP BY 1`,
  params: z.object({ ...windowParams, pools: z.array(z.number()) }),
  row: z.object({ node: z.number(), n: z.number() }),
});
