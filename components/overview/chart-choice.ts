"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { causes } from "@/lib/domain/causes";
import { chartMetrics } from "@/lib/view/overview";

/** Which figure the large chart shows; chosen by pressing the figure. */
export function useChartMetric() {
  return useQueryState("metric", parseAsStringLiteral(chartMetrics).withDefault("bounces"));
}

export const chartViews = ["bars", "share"] as const;

export function useChartView() {
  return useQueryState("view", parseAsStringLiteral(chartViews).withDefault("bars"));
}

/** The one cause that the chart shows; null for all. */
export function useCauseFilter() {
  return useQueryState("cause", parseAsStringLiteral(causes));
}
