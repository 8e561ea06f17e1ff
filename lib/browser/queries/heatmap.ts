import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type HeatmapMetric, heatmapSchema } from "@/lib/schemas/heatmap";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export type HeatmapParams = RangeParams & { metric: HeatmapMetric; step?: string };

export function heatmapOptions(params: HeatmapParams) {
  return queryOptions({
    queryKey: ["heatmap", params],
    queryFn: ({ signal }) => ask("/heatmap", heatmapSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
