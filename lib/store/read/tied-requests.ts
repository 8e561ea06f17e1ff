import { z } from "zod";
import { defineQuery } from "../query";
import { windowParams } from "./windows";

/** How many requests of known sessions each node served in the windows: each by the BRIN index. */
export const tiedRequests = defineQuery({
  name: "tied-requests",
  sql: `
    SELECT r.node, sum(r.n) AS n
    FROM generate_series(
      $from::timestamptz,
      $to::timestamptz - interval '1 microsecond',
      $period::interval
    ) AS w (begins)
    -- Grouped within, so that each window is looked up by itself.
    CROSS JOIN LATERAL (
      SELECT r.node, count(*) AS n FROM requests r
      WHERE r.started_at >= w.begins AND r.started_at < w.begins + $width::interval
        AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
        AND r.pool = ANY ($pools::int[]) AND r.tie > 0 AND r.node IS NOT NULL
      GROUP BY 1
    ) r
    GROUP BY 1`,
  spread: `
    WITH w AS MATERIALIZED (
      SELECT begins FROM generate_series(
        $from::timestamptz, $to::timestamptz - interval '1 microsecond', $period::interval) AS w (begins)
    )
    SELECT r.node, count(*) AS n FROM w
    JOIN requests r ON r.started_at >= w.begins AND r.started_at < w.begins + $width::interval
    WHERE r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
      AND r.pool = ANY ($pools::int[]) AND r.tie > 0 AND r.node IS NOT NULL
    GROUP BY 1`,
  params: z.object({ ...windowParams, pools: z.array(z.number()) }),
  row: z.object({ node: z.number(), n: z.number() }),
});
