import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { edgeParams, edgeRows, segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

const told = (ofEdges: string) => `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label)),
    told AS (
      SELECT k.label, n.at, n.departures, n.arrivals
      FROM ${segmentRows} CROSS JOIN k
      JOIN move_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      UNION ALL
      ${ofEdges}
    )
    SELECT label, date_bin($step::interval, at, $start::timestamptz) AS step,
      sum(departures) AS departures, sum(arrivals) AS arrivals
    FROM told GROUP BY 1, 2`;

const bouncesAtEdges = `FROM ${edgeRows}
      CROSS JOIN (SELECT DISTINCT pool FROM k) p
      JOIN bounces b ON b.pool = p.pool AND b.at >= seg.from_at AND b.at < seg.to_at`;
const edge = (node: string, departures: number, arrivals: number) => `
      SELECT k.label, b.at, ${departures}, ${arrivals} ${bouncesAtEdges}
      JOIN k ON k.pool = b.pool AND k.node = b.${node}
      WHERE NOT seg.before`;

/** Bounces away from each node and to it, by step: from the sums, and by bounces_at within a minute at the ends. */
export const heatMoves = defineQuery({
  name: "heat-moves",
  spread: told(`${edge("from_node", 1, 0)}
      UNION ALL
      ${edge("to_node", 0, 1)}`),
  sql: told(`
      SELECT k.label, b.at, e.departures, e.arrivals ${bouncesAtEdges}
      CROSS JOIN LATERAL (VALUES (b.from_node, 1, 0), (b.to_node, 0, 1)) AS e (node, departures, arrivals)
      JOIN k ON k.pool = b.pool AND k.node = e.node
      WHERE NOT seg.before`),
  params: z.object({
    ...segmentParams,
    ...edgeParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    label: z.number(),
    step: z.number(),
    departures: z.number(),
    arrivals: z.number(),
  }),
});
