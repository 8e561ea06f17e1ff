import { z } from "zod";
import { instant, poolRangeQuery } from "./common";

export const heatmapMetrics = [
  "requests",
  "sessions",
  "p95",
  "errors",
  "share",
  "bouncesIn",
  "bouncesOut",
] as const;
export type HeatmapMetric = (typeof heatmapMetrics)[number];

/**
 * `values[node][time]`; null where no request was seen, which is not zero.
 * `requests`, `sessions` and bounces are counts, `p95` is in milliseconds,
 * `errors` (5xx) and `share` (of the pool's served requests) are from 0 to 1.
 */
export const heatmapSchema = z.object({
  metric: z.enum(heatmapMetrics),
  /** Milliseconds a column covers. */
  step: z.number(),
  times: z.array(instant),
  nodes: z.array(z.string()),
  values: z.array(z.array(z.number().nullable())),
  imbalance: z.object({
    maxOverMean: z.number().nullable(),
    cv: z.number().nullable(),
    gini: z.number().nullable(),
  }),
});
export type Heatmap = z.infer<typeof heatmapSchema>;

export const heatmapQuery = poolRangeQuery.extend({
  metric: z.enum(heatmapMetrics).default("requests"),
  /** `30s`, `1m`, `5m`, `1h` or milliseconds; chosen by the range when absent. */
  step: z.string().optional(),
});
