import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

const inRange = "r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz";
const asked = "r.pool = ANY ($pools::int[]) AND r.node IS NOT NULL";
const counts = `
      count(*) FILTER (WHERE NOT r.starts) AS n, count(*) FILTER (WHERE r.tie > 0) AS tied,
      count(*) FILTER (WHERE r.tie > 0 AND s.first_seen = r.started_at) AS starts`;

/**
 * Of the requests in windows of time, one of `width` at the beginning of each
 * `period`: how many each node served, how many of them were a session's, and
 * how many the first of one. Each window by the BRIN index, sessions by their key.
 */
export const sampledRequests = defineQuery({
  name: "sampled-requests",
  sql: `
    SELECT r.node, ${counts}
    FROM generate_series(
      $from::timestamptz, $to::timestamptz - interval '1 microsecond', $period::interval) AS w (begins)
    -- Read within, so that each window is looked up by itself; what is asked of nodes and pools comes after, or Postgres,
    -- where it knows little, looks each window up again for every shape.
    CROSS JOIN LATERAL (
      SELECT r.session, r.started_at, r.pool, r.node, r.tie, r.starts FROM requests r
      WHERE r.started_at >= w.begins AND r.started_at < w.begins + $width::interval AND ${inRange}
      OFFSET 0
    ) r
    LEFT JOIN LATERAL (
      SELECT s.first_seen FROM sessions s WHERE s.session = r.session AND s.pool = r.pool LIMIT 1
    ) s ON true
    WHERE ${asked}
    GROUP BY 1`,
  spread: `
    WITH w AS MATERIALIZED (
      SELECT begins FROM generate_series(
        $from::timestamptz, $to::timestamptz - interval '1 microsecond', $period::interval) AS w (begins)
    )
    SELECT r.node, ${counts}
    FROM w JOIN requests r ON r.started_at >= w.begins AND r.started_at < w.begins + $width::interval
    LEFT JOIN sessions s ON s.session = r.session AND s.pool = r.pool
    WHERE ${inRange} AND ${asked}
    GROUP BY 1`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    period: intervalParam,
    width: intervalParam,
  }),
  row: z.object({ node: z.number(), n: z.number(), tied: z.number(), starts: z.number() }),
});
