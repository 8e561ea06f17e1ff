import { type Cause, causes, isExplained } from "@/lib/domain/causes";
import type { Overview } from "@/lib/schemas/results";
import {
  formatCount,
  formatDuration,
  formatFigure,
  formatPercent,
  formatRate,
  rateParts,
} from "./numbers";

type Figure = Overview["bounces"];
type Point = Overview["series"][number];

export const chartMetrics = [
  "bounces",
  "continuity",
  "affected",
  "lost",
  "requests",
  "latency",
] as const;
export type ChartMetric = (typeof chartMetrics)[number];

export interface FigureCell {
  metric: ChartMetric;
  label: string;
  value: string;
  unit: string;
  delta: { direction: "up" | "down" | "same"; text: string; bad: boolean } | null;
  note: string;
  /** Worse than before, and by more than its threshold. */
  bad: boolean;
  values: (number | null)[];
  previous: (number | null)[];
}

/** A figure is called worse only past these: below them it moves by chance. */
const worse = {
  /** Points of continuity, as a share. */
  continuity: 0.001,
  /** Bounces or lost sessions: at least so many more, and half as many again. */
  count: 5,
  factor: 1.5,
};

/** The six key figures with their change and their shape. */
export function figureCells(overview: Overview): FigureCell[] {
  const minutes = spanMs(overview) / 60_000;
  const { continuityRate, bounces, affectedSessions, lostSessions, sessions } = overview;
  const { requestsPerSecond, p95Ms } = overview;
  const often = (count: number | null, per: number) =>
    count === null ? null : (count * per) / minutes;
  // Of a quiet pool a minute's share is too small a number to read.
  const isRare = Math.max(bounces.value ?? 0, bounces.previous ?? 0) / minutes < 0.1;
  const unit =
    isRare && bounces.value ? { name: "hour", minutes: 60 } : { name: "minute", minutes: 1 };
  const bounceRate: Figure = {
    value: often(bounces.value, unit.minutes),
    previous: often(bounces.previous, unit.minutes),
  };
  const shape = (read: (point: Point) => number | null) => ({
    values: overview.series.map(read),
    previous: overview.previousSeries.map(read),
  });
  return [
    {
      metric: "continuity",
      label: "Session continuity",
      value: formatPercent(continuityRate.value, 2).replace("%", ""),
      unit: continuityRate.value === null ? "" : "%",
      ...changed(continuityRate, (by) => `${formatFigure(by * 100)} pp`, isLower),
      bad: isLower(continuityRate) || misses(overview),
      note: join([
        was(continuityRate, (value) => formatPercent(value, 2)),
        continuityRate.value === null ? "" : `aim ${formatPercent(overview.objective, 1)}`,
      ]),
      ...shape((point) => point.continuityRate),
    },
    {
      metric: "bounces",
      label: `Bounces per ${unit.name}`,
      value: formatFigure(bounceRate.value),
      unit: "",
      ...changed(bounceRate, formatFigure, () => grewMuch(bounces)),
      note: was(bounceRate, formatFigure),
      ...shape((point) => point.bounces),
    },
    {
      metric: "affected",
      label: "Sessions affected",
      value: formatCount(affectedSessions.value),
      unit: "",
      ...changed(affectedSessions, formatCount, () => grewMuch(affectedSessions)),
      delta: null,
      note: join([
        sessions.value === null ? "" : `of ${formatCount(sessions.value)}`,
        was(affectedSessions, formatCount),
      ]),
      ...shape((point) => point.unexplainedBounces),
    },
    {
      metric: "lost",
      label: "Lost sessions",
      value: formatCount(lostSessions.value),
      unit: "",
      ...changed(lostSessions, formatCount, () => grewMuch(lostSessions)),
      note: was(lostSessions, formatCount),
      ...shape((point) => point.lostSessions),
    },
    {
      metric: "requests",
      label: "Requests",
      ...rateParts(requestsPerSecond.value),
      ...changed(
        requestsPerSecond,
        (by) => growth(by, requestsPerSecond),
        () => false,
      ),
      note: was(requestsPerSecond, formatRate),
      ...shape((point) => point.requestsPerSecond),
    },
    {
      metric: "latency",
      label: "Latency p95",
      value: formatDuration(p95Ms.value).split(" ")[0] ?? "",
      unit: formatDuration(p95Ms.value).split(" ").slice(1).join(" "),
      ...changed(p95Ms, formatDuration, () => false),
      note: was(p95Ms, formatDuration),
      ...shape((point) => point.p95Ms),
    },
  ];
}

/** Whether fewer sessions kept to their node than is aimed at. */
export function misses({ continuityRate, objective }: Overview): boolean {
  return continuityRate.value !== null && continuityRate.value < objective;
}

/** What is said where nothing bounced. */
export function stayedWords(requests: number | null): string {
  return requests === 1
    ? "The only request stayed on its node."
    : `All ${formatCount(requests)} requests stayed on their node.`;
}

/** In percent; a manifold in times, for nobody reads four digits of percent. */
function growth(by: number, { value, previous }: Figure): string {
  if (!previous) return "";
  const times = (value ?? 0) / previous;
  return times >= 3 ? `${formatFigure(times)} times` : formatPercent(by / previous);
}

function isLower({ value, previous }: Figure): boolean {
  return value !== null && previous !== null && previous - value >= worse.continuity;
}

function grewMuch({ value, previous }: Figure): boolean {
  if (value === null || previous === null) return false;
  return value - previous >= worse.count && value >= previous * worse.factor;
}

function changed(
  figure: Figure,
  write: (by: number) => string,
  isBad: (figure: Figure) => boolean,
): Pick<FigureCell, "delta" | "bad"> {
  const { value, previous } = figure;
  if (value === null || previous === null) return { delta: null, bad: false };
  const text = write(Math.abs(value - previous));
  const bad = isBad(figure);
  // What rounds to nothing did not move.
  if (text.startsWith("<") || !/[1-9]/.test(text)) return { delta: null, bad };
  return { delta: { direction: value > previous ? "up" : "down", text, bad }, bad };
}

function was({ previous }: Figure, write: (value: number) => string): string {
  return previous === null ? "" : `was ${write(previous)}`;
}

function join(parts: string[]): string {
  return parts.filter(Boolean).join(", ");
}

function spanMs(overview: Overview): number {
  return Math.max(1, Date.parse(overview.to) - Date.parse(overview.from));
}

export interface CauseShare {
  cause: Cause;
  bounces: number;
  /** 0 to 1. */
  share: number;
}

/** The causes that occurred, most bounces first. */
export function causeShares(byCause: Overview["bouncesByCause"]): CauseShare[] {
  const total = causes.reduce((sum, cause) => sum + (byCause[cause] ?? 0), 0);
  return causes
    .map((cause) => ({ cause, bounces: byCause[cause] ?? 0 }))
    .filter(({ bounces }) => bounces > 0)
    .sort((a, b) => b.bounces - a.bounces)
    .map(({ cause, bounces }) => ({ cause, bounces, share: bounces / total }));
}

/** One step of the chart. `values` holds a number by series key; null where no line was received. */
export interface ChartRow {
  at: number;
  silent: boolean;
  values: Record<string, number | null>;
  previous: number | null;
}

/** Bounces by cause, step by step. */
export function bounceRows(overview: Overview, shown: readonly Cause[]): ChartRow[] {
  return overview.series.map((point, index) => ({
    at: Date.parse(point.at),
    silent: point.requests === null,
    values: Object.fromEntries(shown.map((cause) => [cause, point.bouncesByCause[cause] ?? 0])),
    previous: sumOf(overview.previousSeries[index], shown),
  }));
}

function sumOf(point: Point | undefined, shown: readonly Cause[]): number | null {
  if (!point || point.requests === null) return null;
  return shown.reduce((sum, cause) => sum + (point.bouncesByCause[cause] ?? 0), 0);
}

const lines: Record<Exclude<ChartMetric, "bounces">, (point: Point) => number | null> = {
  continuity: (point) => point.continuityRate,
  affected: (point) => point.unexplainedBounces,
  lost: (point) => point.lostSessions,
  requests: (point) => point.requestsPerSecond,
  latency: (point) => point.p95Ms,
};

/** One measure, step by step, under the key `value`. */
export function lineRows(overview: Overview, metric: Exclude<ChartMetric, "bounces">): ChartRow[] {
  const read = lines[metric];
  return overview.series.map((point, index) => {
    const before = overview.previousSeries[index];
    return {
      at: Date.parse(point.at),
      silent: point.requests === null,
      values: { value: read(point) },
      previous: before ? read(before) : null,
    };
  });
}

/** `1 min`, `30 s`, `1 h`: the length of a step in words. */
export function stepInWords(stepMs: number): string {
  if (stepMs % 86_400_000 === 0) return `${stepMs / 86_400_000} d`;
  if (stepMs % 3_600_000 === 0) return `${stepMs / 3_600_000} h`;
  if (stepMs % 60_000 === 0) return `${stepMs / 60_000} min`;
  return `${stepMs / 1000} s`;
}

export function unexplainedOf(byCause: Overview["bouncesByCause"]): number {
  return causes.reduce((sum, cause) => (isExplained(cause) ? sum : sum + (byCause[cause] ?? 0)), 0);
}
