/** The value axis of a chart over time: round ticks about all that is drawn on it. */
import type { ChartRow } from "./overview";

export const chartKinds = ["bars", "share", "line"] as const;
/** Counts on top of each other, their shares of the whole, or one measure as a line. */
export type ChartKind = (typeof chartKinds)[number];

export interface ValueAxis {
  low: number;
  high: number;
  /** From `low` to `high`, evenly. */
  ticks: number[];
}

const most = 4;

/** The axis on which all rows of a chart fit, with at most five ticks. Bars count from zero in whole numbers. */
export function valueAxis(
  rows: readonly ChartRow[],
  keys: readonly string[],
  kind: ChartKind,
): ValueAxis {
  if (kind === "share") return { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1] };
  const values = rows.flatMap((row) => [
    ...(kind === "bars"
      ? [keys.reduce((sum, key) => sum + (row.values[key] ?? 0), 0)]
      : keys.map((key) => row.values[key] ?? null)),
    row.previous,
  ]);
  const known = values.filter((value) => value !== null);
  const greatest = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (known.length === 0) return roundAxis(0, 1, true);
  // A line that never moves is drawn from zero: how far it is from nothing is all there is to see.
  const low = kind === "bars" || least === greatest ? Math.min(0, least) : least;
  return roundAxis(low, greatest > low ? greatest : low + 1, kind === "bars");
}

function roundAxis(from: number, to: number, whole: boolean): ValueAxis {
  for (let step = roundStep((to - from) / most, whole); ; step = roundStep(step * 1.01, whole)) {
    const first = Math.floor(from / step + 1e-9);
    const last = Math.ceil(to / step - 1e-9);
    if (last - first > most) continue;
    const ticks = Array.from({ length: last - first + 1 }, (_, n) => rounded((first + n) * step));
    return { low: ticks[0] ?? 0, high: ticks.at(-1) ?? 1, ticks };
  }
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is not smaller. */
function roundStep(least: number, whole: boolean): number {
  const size = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const step = [1, 2, 2.5, 5, 10].find((by) => by * size >= least * (1 - 1e-9)) ?? 10;
  const found = step * size;
  return whole ? Math.max(Math.ceil(found), 1) : found;
}

/** Without the dust of binary fractions: 0.30000000000000004 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
