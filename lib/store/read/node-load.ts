import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import { segmentsOf } from "@/lib/domain/spans";
import { defineQuery, type Queryable } from "../query";
import { nodeSumRows, segmentLists, segmentParams } from "./segments";

const query = defineQuery({
  name: "node-load",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node))
    SELECT n.pool, n.node, sum(n.requests) AS requests
    FROM (${nodeSumRows}) n
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
