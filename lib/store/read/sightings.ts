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
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    to: timestampParam,
  }),
  row: z.object({ pool: z.number(), node: z.number(), first: z.number(), last: z.number() }),
});
