import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { firstPlace, segmentParams, segmentRows } from "./segments";
import { intervalParam } from "./steps";

/**
 * Histograms of each node's latency: those of all its spans in one text, for tens of thousands of rows cost the reader
 * more than what stands in them. Before each array stands the epoch second of the step that the span lies in.
 */
export const heatLatency = defineQuery({
  name: "heat-latency",
  sql: `
    SELECT k.label, string_agg(
      extract(epoch FROM date_bin($step::interval, n.at, $start::timestamptz))::bigint || n.counts::text, ''
    ) AS told
    FROM ${segmentRows}
    CROSS JOIN (SELECT * FROM unnest($pools::int[], $nodes::int[], $labels::int[]) AS k (pool, node, label)) k
    JOIN latency_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at
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

/** A span's histogram, as `addCountsText` reads it. */
export interface ToldHistogram {
  /** The place of its first count, from 0. */
  first: number;
  counts: string;
}

/** The spans' histograms in a row's text, each with its step's start, epoch ms. */
export function* histogramsIn(told: string): Generator<ToldHistogram & { step: number }> {
  for (let from = 0; from < told.length; ) {
    const open = told.indexOf("{", from);
    const close = told.indexOf("}", open);
    const [step = "", bounds = ""] = told.slice(from, open).split(/(?=\[)/);
    yield {
      step: Number(step) * 1000,
      first: firstPlace(bounds),
      counts: told.slice(open + 1, close),
    };
    from = close + 1;
  }
}
