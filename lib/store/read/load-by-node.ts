import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import { longestWithin, segmentsOf } from "@/lib/domain/spans";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { nodeSumRows, segmentLists, segmentParams } from "./segments";
import { intervalParam } from "./steps";

const query = defineQuery({
  name: "load-by-node",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[]) AS k (pool, node))
    SELECT n.pool, n.node, n.lb, date_bin($step::interval, n.at, $from::timestamptz) AS step,
      sum(n.requests) AS requests, sum(n.errors) AS errors
    FROM (${nodeSumRows}) n
    WHERE $lb::int IS NULL OR n.lb = $lb
    GROUP BY 1, 2, 3, 4`,
  params: z.object({
    ...segmentParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    from: timestampParam,
    step: intervalParam,
    lb: z.number().nullable(),
  }),
  row: z.object({
    pool: z.number(),
    node: z.number(),
    lb: z.number(),
    step: z.number(),
    requests: z.number(),
    errors: z.number(),
  }),
});

/** Requests and errors (5xx) of each node at each balancer in whole minutes, by step. Reads the sums by their primary keys. */
export function loadByNode(
  db: Queryable,
  given: {
    pools: number[];
    nodes: number[];
    from: EpochMs;
    to: EpochMs;
    step: number;
    lb?: number | null;
  },
) {
  const { pools, nodes, from, to, step, lb = null } = given;
  const longest = to - from <= step ? undefined : longestWithin(from, step);
  return query(db, {
    pools,
    nodes,
    from,
    step,
    lb,
    ...segmentLists(segmentsOf(from, to, longest)),
  });
}
