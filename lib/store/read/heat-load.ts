import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

/**
 * Requests and errors (5xx) of each node in each step: those of all its steps in one text, as numbers between commas, three
 * a step: the epoch second of its start, the requests, the errors. Reads the sums by their primary keys.
 */
export const heatLoad = defineQuery({
  name: "heat-load",
  sql: `
    WITH k AS (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label))
    SELECT label, string_agg(concat_ws(',', extract(epoch FROM step)::bigint, requests, errors), ',') AS told
    FROM (
      SELECT label, date_bin($step::interval, at, $start::timestamptz) AS step,
        sum(requests) AS requests, sum(errors) AS errors
      FROM (
        SELECT k.label, n.minute AS at, n.requests, n.errors
        FROM ${segmentRows} CROSS JOIN k
        JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
          AND n.minute >= seg.from_at AND n.minute < seg.to_at
        WHERE seg.grain = 1
        UNION ALL
        SELECT k.label, n.at, n.requests, n.errors
        FROM ${segmentRows} CROSS JOIN k
        JOIN node_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
          AND n.at >= seg.from_at AND n.at < seg.to_at
        WHERE seg.grain > 1
      ) spans
      GROUP BY 1, 2
    ) steps
    GROUP BY 1`,
  params: z.object({
    ...segmentParams,
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({ label: z.number(), told: z.string() }),
});

export interface StepLoad {
  /** The step's start, epoch ms. */
  step: number;
  requests: number;
  errors: number;
}

/** The steps in a row's text. */
export function* loadIn(told: string): Generator<StepLoad> {
  const numbers = z.array(z.number()).parse(JSON.parse(`[${told}]`));
  for (let n = 0; n < numbers.length; n += 3)
    yield {
      step: (numbers[n] ?? 0) * 1000,
      requests: numbers[n + 1] ?? 0,
      errors: numbers[n + 2] ?? 0,
    };
}
