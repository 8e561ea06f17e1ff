"use client";

import { memo, useMemo } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from "recharts";
import type { ChartRow } from "@/lib/view/overview";

export interface PlotSeries {
  key: string;
  label: string;
  colour: string;
}

/** Pixels between the drawing's edges and its plot; what lies over the plot uses the same. */
export const plotMargin = { top: 50, right: 10, bottom: 22, left: 46 };

interface FlatRow {
  at: number;
  previous: number | null;
  [series: string]: number | null;
}

function flatten(row: ChartRow): FlatRow {
  return { ...row.values, at: row.at, previous: row.previous };
}

/** The bars or the line themselves; axes, gridlines and nothing that moves. */
function TimePlot({
  rows,
  series,
  kind,
  height,
  ticks,
  tickLabel,
  valueLabel,
}: {
  rows: ChartRow[];
  series: PlotSeries[];
  kind: "bars" | "share" | "line";
  height: number;
  ticks: number[];
  tickLabel: (at: number) => string;
  valueLabel: (value: number) => string;
}) {
  const data = useMemo(() => rows.map(flatten), [rows]);
  return (
    <ComposedChart
      responsive
      style={{ width: "100%", height }}
      data={data}
      margin={{ ...plotMargin, left: 0, bottom: 0 }}
      barCategoryGap={rows.length > 100 ? 0 : 1}
      stackOffset={kind === "share" ? "expand" : "none"}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="at"
        height={plotMargin.bottom}
        ticks={ticks}
        interval={0}
        tickFormatter={tickLabel}
        tickLine={false}
        axisLine={{ stroke: "var(--line-2)" }}
        tick={{ fill: "var(--text-3)", fontSize: 11 }}
        minTickGap={0}
      />
      <YAxis
        width={plotMargin.left}
        tickFormatter={valueLabel}
        tickLine={false}
        axisLine={false}
        tick={{ fill: "var(--text-3)", fontSize: 11 }}
        tickCount={5}
        allowDecimals={kind !== "bars"}
        domain={kind === "share" ? [0, 1] : kind === "line" ? ["auto", "auto"] : [0, "auto"]}
      />
      {kind === "line"
        ? series.map(({ key, colour }) => (
            <Area
              key={key}
              dataKey={key}
              type="linear"
              stroke={colour}
              strokeWidth={1.4}
              fill={colour}
              fillOpacity={0.08}
              baseValue="dataMin"
              dot={rows.length < 4}
              activeDot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          ))
        : series.map(({ key, colour }) => (
            <Bar
              key={key}
              dataKey={key}
              stackId="all"
              fill={colour}
              stroke="var(--surface)"
              strokeWidth={rows.length > 130 ? 0 : 0.75}
              isAnimationActive={false}
            />
          ))}
      {kind !== "share" && (
        <Line
          dataKey="previous"
          type={kind === "bars" ? "step" : "linear"}
          stroke="var(--text-3)"
          strokeDasharray="1.5 2.5"
          dot={false}
          activeDot={false}
          connectNulls={false}
          isAnimationActive={false}
        />
      )}
    </ComposedChart>
  );
}

// Around it a clock ticks every second; the drawing changes only with its data.
export default memo(TimePlot);
