/** Heatmaps made ready to be drawn: what a metric is called and counted in, where a value lies on its scale, how uneven each column is. */
import { imbalanceOf } from "@/lib/domain/imbalance";
import type { Heatmap, HeatmapMetric } from "@/lib/schemas/heatmap";
import { formatCount, formatDuration, formatFigure, formatPercent, formatShort } from "./numbers";

export interface MetricLook {
  title: string;
  unit: string;
  /** For a cell's list. */
  label: string;
}

const looks: Record<HeatmapMetric, MetricLook> = {
  requests: { title: "Requests", unit: "/s", label: "Requests" },
  sessions: { title: "Active sessions", unit: "", label: "Active sessions" },
  p95: { title: "Latency p95", unit: "ms", label: "Latency p95" },
  errors: { title: "Error rate", unit: "%", label: "Error rate" },
  share: { title: "Share of traffic", unit: "%", label: "Share of traffic" },
  bouncesIn: { title: "Bounces in", unit: "", label: "Bounces in" },
  bouncesOut: { title: "Bounces out", unit: "", label: "Bounces out" },
};

export function metricLook(metric: HeatmapMetric): MetricLook {
  return looks[metric];
}

/** The exact value as a person reads it. `requests` are counted per cell and told per second. */
export function formatMetric(metric: HeatmapMetric, value: number | null, stepMs: number): string {
  if (value === null) return "no traffic";
  switch (metric) {
    case "requests":
      return `${formatFigure(value / (stepMs / 1000))} /s`;
    case "p95":
      return formatDuration(value);
    case "errors":
    case "share":
      return formatPercent(value);
    default:
      return formatCount(value);
  }
}

/** Short, for an axis or a row's last value. */
export function shortMetric(metric: HeatmapMetric, value: number | null, stepMs: number): string {
  if (value === null) return "–";
  switch (metric) {
    case "requests":
      return formatShort(Number((value / (stepMs / 1000)).toPrecision(3)));
    case "p95":
      return formatShort(Math.round(value));
    case "errors":
    case "share":
      return (value * 100).toFixed(1);
    default:
      return formatShort(value);
  }
}

export const heatScales = ["linear", "log"] as const;
export type HeatScaleKind = (typeof heatScales)[number];

export interface HeatScale {
  low: number;
  high: number;
  /** `share` runs both ways from the fair share. */
  middle: number | null;
  /** 0 to 1 of a value. */
  place: (value: number) => number;
}

/** The scale of a heatmap's values. Latency begins at its least value, the rest at zero. */
export function heatScale(heatmap: Heatmap, kind: HeatScaleKind): HeatScale {
  const values = heatmap.values.flat().filter((value) => value !== null);
  const most = values.length === 0 ? 0 : values.reduce((a, b) => Math.max(a, b));
  const least = values.length === 0 ? 0 : values.reduce((a, b) => Math.min(a, b));
  if (heatmap.metric === "share") return shareScale(heatmap, least, most);

  const low = heatmap.metric === "p95" && kind === "linear" ? least : 0;
  const high = most > low ? most : low + 1;
  // One bad minute must not hide the others: error rates rise by their square root.
  if (kind === "linear" && heatmap.metric === "errors")
    return { low, high, middle: null, place: (value) => clamp(Math.sqrt(value / high)) };
  if (kind === "linear") {
    const span = high - low;
    return { low, high, middle: null, place: (value) => clamp((value - low) / span) };
  }
  // A thousandth of the greatest counts as the first step up from nothing.
  const unit = high / 1000;
  const full = Math.log1p(high / unit);
  return { low: 0, high, middle: null, place: (value) => clamp(Math.log1p(value / unit) / full) };
}

/** Even lightness both ways from the fair share, as far as the greater of the two deviations. */
function shareScale(heatmap: Heatmap, least: number, most: number): HeatScale {
  const busy = heatmap.values.filter((row) => row.some((value) => value !== null)).length;
  const fair = busy === 0 ? 0.5 : 1 / busy;
  const reach = Math.max(most - fair, fair - least, 0.02);
  return {
    low: Math.max(fair - reach, 0),
    high: fair + reach,
    middle: fair,
    place: (value) => clamp(0.5 + (value - fair) / (2 * reach)),
  };
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** The last column in which any node had traffic; -1 where none had. */
export function lastColumn(heatmap: Heatmap): number {
  for (let column = heatmap.times.length - 1; column >= 0; column--)
    if (heatmap.values.some((row) => (row[column] ?? null) !== null)) return column;
  return -1;
}

export interface ColumnImbalance {
  maxOverMean: (number | null)[];
  cv: (number | null)[];
  gini: (number | null)[];
  /** The node with the most in the last column that has any. */
  busiest: string | null;
  busiestShare: number | null;
}

/** How uneven each column's requests lie over the nodes; nodes without any traffic in it are left out. */
export function columnImbalance(requests: Heatmap): ColumnImbalance {
  const found: ColumnImbalance = {
    maxOverMean: [],
    cv: [],
    gini: [],
    busiest: null,
    busiestShare: null,
  };
  requests.times.forEach((_, column) => {
    const loads = requests.values.map((row) => row[column] ?? null);
    const present = loads.filter((load) => load !== null);
    const { maxOverMean, cv, gini } = imbalanceOf(present);
    found.maxOverMean.push(maxOverMean);
    found.cv.push(cv);
    found.gini.push(gini);
  });
  const totals = requests.values.map((row) =>
    row.reduce<number>((total, value) => total + (value ?? 0), 0),
  );
  const all = totals.reduce((a, b) => a + b, 0);
  const most = Math.max(...totals, 0);
  if (all > 0) {
    found.busiest = requests.nodes[totals.indexOf(most)] ?? null;
    found.busiestShare = most / all;
  }
  return found;
}

/** The pool's mean over the nodes that had traffic at a time; null when none had. */
export function poolMean(heatmap: Heatmap, column: number): number | null {
  const values = heatmap.values.map((row) => row[column] ?? null).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

export interface HeatCell {
  node: number;
  column: number;
}

/** `web-05@1795053150000` of the URL, as a place in the heatmap; null when it is not in it. */
export function cellOf(
  text: string | null,
  heatmap: Pick<Heatmap, "nodes" | "times">,
): HeatCell | null {
  const split = text?.lastIndexOf("@") ?? -1;
  if (!text || split < 1) return null;
  const node = heatmap.nodes.indexOf(text.slice(0, split));
  const at = Number(text.slice(split + 1));
  const column = heatmap.times.findIndex((time) => Date.parse(time) === at);
  return node < 0 || column < 0 ? null : { node, column };
}

/** The time of such a cell, epoch ms; null where it names none. */
export function timeOfCell(text: string | null): number | null {
  const at = Number(text?.slice(text.lastIndexOf("@") + 1) || Number.NaN);
  return Number.isSafeInteger(at) ? at : null;
}

export function cellName(cell: HeatCell, heatmap: Pick<Heatmap, "nodes" | "times">): string | null {
  const node = heatmap.nodes[cell.node];
  const time = heatmap.times[cell.column];
  return node === undefined || time === undefined ? null : `${node}@${Date.parse(time)}`;
}

/** The cell that an arrow key, Home or End leads to; null for another key. */
export function moveCell(
  cell: HeatCell,
  key: string,
  heatmap: Pick<Heatmap, "nodes" | "times">,
): HeatCell | null {
  const lastNode = heatmap.nodes.length - 1;
  const lastColumn = heatmap.times.length - 1;
  const { node, column } = cell;
  switch (key) {
    case "ArrowLeft":
      return { node, column: Math.max(column - 1, 0) };
    case "ArrowRight":
      return { node, column: Math.min(column + 1, lastColumn) };
    case "ArrowUp":
      return { node: Math.max(node - 1, 0), column };
    case "ArrowDown":
      return { node: Math.min(node + 1, lastNode), column };
    case "Home":
      return { node, column: 0 };
    case "End":
      return { node, column: lastColumn };
    default:
      return null;
  }
}
