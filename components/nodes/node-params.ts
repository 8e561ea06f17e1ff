import { createLoader, parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs/server";
import type { RangeParams } from "@/lib/browser/page-params";
import type { HeatmapParams } from "@/lib/browser/queries/heatmap";
import { type HeatmapMetric, heatmapMetrics } from "@/lib/schemas/heatmap";
import { heatScales } from "@/lib/view/heatmap";
import { nodeOrders } from "@/lib/view/node-order";

export const heatSteps = ["1m", "5m", "15m", "1h"] as const;
/** The five that are shown together. */
export const boardMetrics: readonly HeatmapMetric[] = [
  "requests",
  "sessions",
  "p95",
  "errors",
  "share",
];

/** What the nodes page keeps in the URL, beside range and pool. */
export const nodeParams = {
  /** One metric, large; absent: the five together. */
  metric: parseAsStringLiteral(heatmapMetrics),
  step: parseAsStringLiteral(heatSteps),
  scale: parseAsStringLiteral(heatScales).withDefault("linear"),
  /** `web-05@1795053150000`. */
  cell: parseAsString,
  /** The heatmaps whose values are written out below them. */
  table: parseAsArrayOf(parseAsStringLiteral(heatmapMetrics)).withDefault([]),
};

/** How the list of nodes stands: its order, and the words that a node must hold. */
export const nodeListParams = {
  by: parseAsStringLiteral(nodeOrders).withDefault("seen"),
  find: parseAsString.withDefault(""),
};

export const loadNodeParams = createLoader(nodeParams);
export type NodeUrl = Awaited<ReturnType<typeof loadNodeParams>>;

export function heatmapAsked(
  range: RangeParams,
  url: Pick<NodeUrl, "step">,
  metric: HeatmapMetric,
): HeatmapParams {
  return { ...range, metric, ...(url.step ? { step: url.step } : {}) };
}

/** The metrics that are on the screen, and those that a cell's list needs. */
export function shownMetrics(url: Pick<NodeUrl, "metric">): readonly HeatmapMetric[] {
  return url.metric ? [url.metric] : boardMetrics;
}
