/**
 * A chart over time as paths in a box of its own: one unit across for each step, a thousand down. A drawing that is
 * stretched over its place needs no measuring, so that it can come with the page.
 */
import type { ChartRow } from "./overview";
import type { ChartKind, ValueAxis } from "./value-axis";

export const shapeHeight = 1000;

export interface ChartShapes {
  /** In the order of the keys: the bars, or the line and what lies under it. */
  series: { key: string; fill: string; line: string }[];
  /** The period before. */
  previous: string;
}

/** @param inset how much of a step stays free on either side of its bar, 0 to 0.5 */
export function chartShapes(
  rows: readonly ChartRow[],
  keys: readonly string[],
  kind: ChartKind,
  axis: ValueAxis,
  inset: number,
): ChartShapes {
  const y = (value: number) =>
    Math.round((1 - (value - axis.low) / (axis.high - axis.low)) * shapeHeight * 10) / 10;
  const before = rows.map(({ previous }) => previous);
  if (kind === "line")
    return {
      series: keys.map((key) => {
        const values = rows.map((row) => row.values[key] ?? null);
        return { key, fill: areaPath(values, y), line: linePath(values, y) };
      }),
      previous: linePath(before, y),
    };
  return {
    series: barPaths(rows, keys, kind, y, inset),
    previous: kind === "share" ? "" : stepPath(before, y),
  };
}

function barPaths(
  rows: readonly ChartRow[],
  keys: readonly string[],
  kind: ChartKind,
  y: (value: number) => number,
  inset: number,
) {
  const fills = new Map(keys.map((key) => [key, ""]));
  rows.forEach((row, index) => {
    const all = keys.reduce((sum, key) => sum + (row.values[key] ?? 0), 0);
    const whole = kind === "share" ? all : 1;
    let below = 0;
    for (const key of keys) {
      const value = row.values[key] ?? 0;
      if (value === 0) continue;
      const above = below + value / whole;
      const box = `M${place(index + inset)} ${y(below)}V${y(above)}H${place(index + 1 - inset)}V${y(below)}Z`;
      fills.set(key, `${fills.get(key) ?? ""}${box}`);
      below = above;
    }
  });
  return keys.map((key) => ({ key, fill: fills.get(key) ?? "", line: "" }));
}

/** From the middle of each step to the next; a step without a value is a gap, one between gaps a point. */
function linePath(values: readonly (number | null)[], y: (value: number) => number): string {
  return runs(values)
    .map((run) =>
      run.length === 1
        ? run.map(({ at, value }) => `M${at} ${y(value)}h0`).join("")
        : `M${run.map(({ at, value }) => `${at} ${y(value)}`).join("L")}`,
    )
    .join("");
}

function areaPath(values: readonly (number | null)[], y: (value: number) => number): string {
  return runs(values)
    .map((run) => {
      const first = run[0]?.at ?? 0;
      const last = run.at(-1)?.at ?? 0;
      const top = run.map(({ at, value }) => `L${at} ${y(value)}`).join("");
      return `M${first} ${shapeHeight}${top}L${last} ${shapeHeight}Z`;
    })
    .join("");
}

/** Level over each step, with a riser where the next begins. */
function stepPath(values: readonly (number | null)[], y: (value: number) => number): string {
  return runs(values)
    .map((run) => {
      const first = run[0];
      if (!first) return "";
      const rest = run.slice(1).map(({ at, value }) => `H${at - 0.5}V${y(value)}`);
      return `M${first.at} ${y(first.value)}${rest.join("")}H${run.at(-1)?.at ?? first.at}`;
    })
    .join("");
}

interface Point {
  /** The middle of a step. */
  at: number;
  value: number;
}

function runs(values: readonly (number | null)[]): Point[][] {
  const found: Point[][] = [];
  let open: Point[] | null = null;
  values.forEach((value, index) => {
    if (value === null) {
      open = null;
      return;
    }
    if (open === null) {
      open = [];
      found.push(open);
    }
    open.push({ at: index + 0.5, value });
  });
  return found;
}

function place(value: number): number {
  return Math.round(value * 1000) / 1000;
}
