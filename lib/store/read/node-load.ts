import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import { segmentsOf } from "@/lib/domain/spans";
import { defineQuery, type Queryable } from "../query";
import { segmentLists, segmentParams, segmentRows } from "./segments";

const query = defineQuery({
  name: "node-load",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node))
    SELECT n.pool, n.node, sum(n.requests) AS requests
    FROM (
      SELECT n.pool, n.node, n.lb, n.minute AS at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
        AND n.minute >= seg.from_at AND n.minute < seg.to_at
      WHERE seg.grain = 1
      UNION ALL
      SELECT n.pool, n.node, n.lb, n.at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      WHERE seg.grain > 1
    ) n
    GROUP BY 1, 2`,
  params: z.object({
    ...segmentParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
  }),
  row: z.object({ pool: z.number(), node: z.number(), requests: z.number() }),
});

/** Requests that each (pool, node) served in a range of whole minutes. */
export function nodeLoad(
  db: Queryable,
  given: { pools: number[]; nodes: number[]; from: EpochMs; to: EpochMs },
) {
  const { pools, nodes, from, to } = given;
  return query(db, { pools, nodes, ...segmentLists(segmentsOf(from, to)) });
}
