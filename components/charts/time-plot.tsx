"use client";

import { memo, useMemo } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from "recharts";
import type { ChartRow } from "@/lib/view/overview";
import { type PlotContent, plotMargin } from "./plot-frame";

interface FlatRow {
  at: number;
  previous: number | null;
  [series: string]: number | null;
}

function flatten(row: ChartRow): FlatRow {
  return { ...row.values, at: row.at, previous: row.previous };
}

/** The library breaks labels at spaces where they are wider than it reckons; `250 ms` stays in one line. */
function unbroken(label: string): string {
  return label.replaceAll(" ", "\u00a0");
}

/** The bars or the line themselves; axes, gridlines and nothing that moves. */
export const TimePlot = memo(function TimePlot({
  rows,
  series,
  kind,
  axis,
  height,
  ticks,
  tickLabel,
  valueLabel,
  width,
}: PlotContent & {
  /** Of the whole drawing, in pixels. */
  width: number;
}) {
  const data = useMemo(() => rows.map(flatten), [rows]);
  return (
    <ComposedChart
      width={width}
      height={height}
      data={data}
      margin={{ ...plotMargin, left: 0, bottom: 0 }}
      barCategoryGap={rows.length > 100 ? 0 : 1}
      stackOffset={kind === "share" ? "expand" : "none"}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="at"
        // A step is a stretch of time whether bars or a line are drawn: the cursor covers it whole.
        scale="band"
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
        tickFormatter={(value) => unbroken(valueLabel(value))}
        tickMargin={0}
        tickLine={false}
        axisLine={false}
        tick={{ fill: "var(--text-3)", fontSize: 11 }}
        ticks={axis.ticks}
        interval={0}
        domain={[axis.low, axis.high]}
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
});
