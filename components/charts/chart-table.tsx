"use client";

import { memo } from "react";
import type { ChangeMark } from "@/lib/schemas/results";
import type { ChartRow } from "@/lib/view/overview";
import { formatClock } from "@/lib/view/times";
import { changeWord } from "../ui/change-mark";
import type { PlotSeries } from "./plot-frame";

/**
 * The numbers for those who do not see the drawing: a row for each step in which anything was, in one cell what it is made
 * of. Few cells, as a page has them all whoever reads it. Apart, for the pointer and a clock draw the chart anew.
 */
export const ChartTable = memo(function ChartTable({
  label,
  rows,
  series,
  changes,
  stepMs,
  valueLabel,
  zone,
}: {
  label: string;
  rows: ChartRow[];
  series: PlotSeries[];
  changes: ChangeMark[];
  stepMs: number;
  valueLabel: (value: number) => string;
  zone: string;
}) {
  const marks = changes.map((change) => ({
    at: Date.parse(change.at),
    words: `${changeWord(change.kind)}: ${change.title}`,
  }));
  const told = rows.flatMap((row) => {
    const noted = marks.filter(({ at }) => at >= row.at && at < row.at + stepMs);
    const words = [
      ...(row.silent ? ["no line received"] : partsOf(row, series, valueLabel)),
      ...noted.map((mark) => mark.words),
    ];
    return words.length > 0 || (row.previous ?? 0) > 0 ? [{ row, words: words.join("; ") }] : [];
  });
  return (
    <div className="vh">
      <table>
        <caption>{`${label}; steps with nothing are left out`}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Value</th>
            <th scope="col">Period before</th>
          </tr>
        </thead>
        <tbody>
          {told.map(({ row, words }) => (
            <tr key={row.at}>
              <th scope="row">{formatClock(row.at, zone)}</th>
              <td>{words || "–"}</td>
              <td>{writeValue(row.previous, valueLabel)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

/** What a step has, series by series; nothing where all is nought. */
function partsOf(row: ChartRow, series: PlotSeries[], write: (value: number) => string): string[] {
  return series.flatMap(({ key, label }) => {
    const value = row.values[key] ?? 0;
    if (value === 0) return [];
    return series.length > 1 ? `${label} ${write(value)}` : write(value);
  });
}

/** A value as a chart writes it; a dash where there is none. */
export function writeValue(
  value: number | null | undefined,
  write: (value: number) => string,
): string {
  return value === null || value === undefined ? "–" : write(value);
}
