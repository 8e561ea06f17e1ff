"use client";

import type { Heatmap as HeatmapData } from "@/lib/schemas/heatmap";
import { formatMetric, type HeatCell, metricLook } from "@/lib/view/heatmap";
import { formatRange } from "@/lib/view/times";
import { type HeatHover, type HeatPoint, useHeatHover } from "./hover";

/** The column that the pointer or the selection is in, the selected cell, and the one under the pointer with its value. */
export function Marks({
  data,
  cell,
  hover,
  zone,
  width,
  rowHeight,
}: {
  data: HeatmapData;
  cell: HeatCell | null;
  hover: HeatHover;
  zone: string;
  width: number;
  rowHeight: number;
}) {
  const columns = data.times.length;
  const column = useHeatHover(hover, columnOf);
  const own = useHeatHover(hover, metricOf) === data.metric;
  const node = useHeatHover(hover, nodeOf);
  const cellWidth = width / Math.max(columns, 1);
  const crossing = column ?? cell?.column ?? null;
  const under = own && column !== null && node !== null ? { node, column } : null;
  // Moved, not laid out anew: the picture below stays as it was painted.
  const boxOf = (at: HeatCell) => ({
    transform: moveTo(at.column * cellWidth - 1, at.node * rowHeight - 1),
    width: cellWidth + 1,
    height: rowHeight + 1,
  });
  return (
    <>
      {crossing !== null && (
        <i className="hm-cross" style={{ transform: moveTo((crossing + 0.5) * cellWidth, 0) }} />
      )}
      {cell && !under && <i className="hm-cell" style={boxOf(cell)} />}
      {under && <i className="hm-cell under" style={boxOf(under)} />}
      {under && (
        <Tip
          data={data}
          cell={under}
          zone={zone}
          left={(under.column + 0.5) * cellWidth}
          width={width}
          top={(under.node + 1) * rowHeight}
        />
      )}
    </>
  );
}

function moveTo(x: number, y: number): string {
  return `translate(${x}px, ${y}px)`;
}

const columnOf = (point: HeatPoint | null) => point?.column ?? null;
const nodeOf = (point: HeatPoint | null) => point?.node ?? null;
const metricOf = (point: HeatPoint | null) => point?.metric ?? null;

function Tip({
  data,
  cell,
  zone,
  left,
  top,
  width,
}: {
  data: HeatmapData;
  cell: HeatCell;
  zone: string;
  left: number;
  top: number;
  width: number;
}) {
  const time = data.times[cell.column];
  if (!time) return null;
  const at = Date.parse(time);
  const value = data.values[cell.node]?.[cell.column] ?? null;
  return (
    <span
      className="tip hm-tip"
      style={{
        transform: moveTo(Math.min(Math.max(left - 105, 0), Math.max(width - 216, 0)), top + 8),
      }}
      aria-hidden="true"
    >
      <b>{data.nodes[cell.node]}</b>
      <span className="text-fg-2">{formatRange(at, at + data.step, zone, at)}</span>
      <span className="flex justify-between gap-4">
        {metricLook(data.metric).label}
        <b>{formatMetric(data.metric, value, data.step)}</b>
      </span>
    </span>
  );
}
