import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** The first and the last minute before `to` in which each (pool, node) had requests. Two index probes per node. */
export const sightings = defineQuery({
  name: "sightings",
  sql: `
    SELECT k.pool, k.node, f.minute AS first, l.minute AS last
    FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)
    CROSS JOIN LATERAL (
      SELECT n.minute FROM node_minutes n
      WHERE n.pool = k.pool AND n.node = k.node
      ORDER BY n.minute LIMIT 1
    ) f
    CROSS JOIN LATERAL (
      SELECT n.minute FROM node_minutes n
      WHERE n.pool = k.pool AND n.node = k.node AND n.minute < $to::timestamptz
      ORDER BY n.minute DESC LIMIT 1
    ) l`,
  // By the day's sums to the days that matter, and the minutes of these alone.
  spread: `
    WITH k AS MATERIALIZED (SELECT * FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node)),
    days AS MATERIALIZED (
      SELECT n.pool, n.node, min(n.at) AS first,
        max(n.at) FILTER (WHERE n.at < date_bin('1 day', $to::timestamptz, timestamptz 'epoch')) AS last
      FROM k JOIN node_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = 1440
        AND n.at < $to::timestamptz
      GROUP BY 1, 2
    )
    SELECT n.pool, n.node, min(n.minute) AS first, max(n.minute) AS last
    FROM days d JOIN node_minutes n ON n.pool = d.pool AND n.node = d.node AND (
      (n.minute >= d.first AND n.minute < d.first + interval '24 hours')
      OR (n.minute >= d.last AND n.minute < d.last + interval '24 hours')
      OR n.minute >= date_bin('1 day', $to::timestamptz, timestamptz 'epoch'))
    WHERE n.minute < $to::timestamptz
    GROUP BY 1, 2`,
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    to: timestampParam,
  }),
  row: z.object({ pool: z.number(), node: z.number(), first: z.number(), last: z.number() }),
});
