import type { ChartRow } from "@/lib/view/overview";
import type { ChartKind, ValueAxis } from "@/lib/view/value-axis";

export interface PlotSeries {
  key: string;
  label: string;
  colour: string;
}

/** Pixels between the drawing's edges and its plot; what lies over the plot uses the same. */
export const plotMargin = { top: 50, right: 10, bottom: 22, left: 46 };

/** What a drawing shows. Both drawings take the same, so that one may stand in for the other. */
export interface PlotContent {
  rows: ChartRow[];
  series: PlotSeries[];
  kind: ChartKind;
  axis: ValueAxis;
  height: number;
  ticks: number[];
  tickLabel: (at: number) => string;
  valueLabel: (value: number) => string;
}

export function insetOf({ top, right, bottom, left }: typeof plotMargin): string {
  return `${top}px ${right}px ${bottom}px ${left}px`;
}
