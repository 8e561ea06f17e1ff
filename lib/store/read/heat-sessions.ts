import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";

/**
 * How many sessions each node held from which step to which. A session belongs
 * to a node from its first request there until its last one before it moved
 * on. Those that never moved are counted by their ends; those that did, once
 * for each step and node.
 */
export const heatSessions = defineQuery({
  name: "heat-sessions",
  sql: `
    WITH k AS (SELECT * FROM unnest($nodes::int[], $labels::int[]) AS k (node, label)),
    active AS (
      SELECT s.* FROM sessions s
      WHERE s.pool = ANY ($pools::int[])
        AND s.last_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
        AND cardinality(s.nodes) > 0
    ),
    moves AS (
      SELECT b.session, b.pool, b.at, b.previous_at, b.from_node, b.to_node, a.first_seen, a.last_seen,
        row_number() OVER w AS place, lead(b.previous_at) OVER w AS left_at
      FROM active a JOIN bounces b ON b.session = a.session AND b.pool = a.pool
      WHERE a.bounces > 0
      WINDOW w AS (PARTITION BY b.session, b.pool ORDER BY b.at, b.id)
    ),
    stays AS (
      SELECT session, pool, to_node AS node, at AS first, coalesce(left_at, last_seen) AS last FROM moves
      UNION ALL
      SELECT session, pool, from_node, first_seen, previous_at FROM moves WHERE place = 1
    ),
    moved AS (
      SELECT DISTINCT t.session, t.pool, k.label, step
      FROM stays t JOIN k ON k.node = t.node
      CROSS JOIN LATERAL generate_series(
        date_bin($step::interval, greatest(t.first, $from::timestamptz), $start::timestamptz),
        least(t.last, $to::timestamptz - interval '1 microsecond'),
        $step::interval
      ) AS step
      WHERE t.last >= $from::timestamptz AND t.first < $to::timestamptz
    )
    SELECT k.label,
      date_bin($step::interval, greatest(a.first_seen, $from::timestamptz), $start::timestamptz) AS first,
      date_bin(
        $step::interval,
        least(a.last_seen, $to::timestamptz - interval '1 microsecond'),
        $start::timestamptz
      ) AS last,
      count(*) AS n
    FROM active a JOIN k ON k.node = a.nodes[1]
    WHERE a.bounces = 0
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT label, step, step, count(*) FROM moved GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({ label: z.number(), first: z.number(), last: z.number(), n: z.number() }),
});
