import { memo, useMemo } from "react";
import { chartShapes, shapeHeight } from "@/lib/view/chart-shapes";
import { insetOf, type PlotContent, plotMargin } from "./plot-frame";

/** The breadth that is taken for granted until the plot is measured. */
const guessedWidth = 640;

/** The chart as it comes with the page: the same bars and lines in the same place, before any library is there. */
export const StillPlot = memo(function StillPlot({
  rows,
  series,
  kind,
  axis,
  ticks,
  tickLabel,
  valueLabel,
  width,
}: PlotContent & {
  /** Of the plot, in pixels; 0 while it is not known. */
  width: number;
}) {
  const columns = Math.max(rows.length, 1);
  const shapes = useMemo(
    () =>
      chartShapes(
        rows,
        series.map(({ key }) => key),
        kind,
        axis,
        columns > 100 ? 0 : Math.min(columns / (width || guessedWidth), 0.4),
      ),
    [rows, series, kind, axis, columns, width],
  );
  const first = rows[0]?.at ?? 0;
  const step = (rows[1]?.at ?? first + 1) - first;
  const colours = new Map(series.map(({ key, colour }) => [key, colour]));
  const heightOf = (value: number) => `${((axis.high - value) / (axis.high - axis.low)) * 100}%`;
  return (
    <div className="still-plot" style={{ inset: insetOf(plotMargin) }} aria-hidden="true">
      <svg viewBox={`0 0 ${columns} ${shapeHeight}`} preserveAspectRatio="none" aria-hidden="true">
        {axis.ticks.map((value) => {
          const y = (1 - (value - axis.low) / (axis.high - axis.low)) * shapeHeight;
          return <path key={value} className="grid" d={`M0 ${y}H${columns}`} />;
        })}
        {shapes.series.map(({ key, fill, line }) => (
          <g key={key}>
            <path
              d={fill}
              fill={colours.get(key)}
              fillOpacity={kind === "line" ? 0.08 : 1}
              stroke={kind === "line" || columns > 130 ? undefined : "var(--surface)"}
              strokeWidth="0.75"
            />
            {line !== "" && (
              <path
                d={line}
                fill="none"
                stroke={colours.get(key)}
                strokeWidth="1.4"
                strokeLinecap="round"
              />
            )}
          </g>
        ))}
        <path className="previous" d={shapes.previous} />
      </svg>
      {axis.ticks.map((value) => (
        <span key={value} className="value" style={{ top: heightOf(value) }}>
          {valueLabel(value)}
        </span>
      ))}
      {ticks.map((at) => (
        <span
          key={at}
          className="time"
          style={{ left: `${(((at - first) / step + 0.5) / columns) * 100}%` }}
        >
          {tickLabel(at)}
        </span>
      ))}
    </div>
  );
});
