"use client";

import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
} from "react";
import { NodeMark } from "@/components/ui/node-mark";
import { Skeleton } from "@/components/ui/states";
import { useElementWidth } from "@/lib/browser/element-width";
import type { KnownNodes } from "@/lib/browser/node-ordinals";
import type { Heatmap as HeatmapData, HeatmapMetric } from "@/lib/schemas/heatmap";
import {
  cellOf,
  formatMetric,
  type HeatCell,
  type HeatScaleKind,
  heatScale,
  lastColumn,
  metricLook,
  moveCell,
  shortMetric,
} from "@/lib/view/heatmap";
import { formatClock } from "@/lib/view/times";
import { AsTable } from "./as-table";
import { paintHeatmap } from "./heat-paint";
import type { HeatHover } from "./hover";
import { Legend } from "./legend";
import { Marks } from "./marks";
import { useRamps } from "./ramp";

/** One metric, nodes down, time across, drawn on a canvas. Arrow keys move its cell; its table holds every value. */
export const Heatmap = memo(function Heatmap({
  data,
  kind,
  rowHeight,
  known,
  zone,
  chosen,
  hover,
  tabled,
  onTable,
  onCell,
  onOpen,
  onZoom,
}: {
  data: HeatmapData;
  kind: HeatScaleKind;
  rowHeight: number;
  known: KnownNodes;
  zone: string;
  /** The selected cell, as the address has it. */
  chosen: string | null;
  hover: HeatHover;
  /** Whether its values are written out below it. */
  tabled: boolean;
  onTable: (metric: HeatmapMetric, tabled: boolean) => void;
  onCell: (cell: HeatCell, data: HeatmapData) => void;
  /** Enter or a click on the cell that is selected already. */
  onOpen: (cell: HeatCell, data: HeatmapData) => void;
  onZoom: (from: number, to: number) => void;
}) {
  const ramps = useRamps();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useElementWidth(box);
  const pressed = useRef<number | null>(null);
  const id = useId();
  const scale = useMemo(() => heatScale(data, kind), [data, kind]);
  const cell = useMemo(() => cellOf(chosen, data), [chosen, data]);
  const look = metricLook(data.metric);
  const columns = data.times.length;
  const height = data.nodes.length * rowHeight;

  useEffect(() => {
    const element = canvas.current;
    if (!element || !ramps || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const pen = element.getContext("2d");
    if (!pen) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintHeatmap(pen, data, scale, ramps, width, rowHeight);
  }, [data, scale, ramps, width, height, rowHeight]);

  const cellAt = (event: PointerEvent): HeatCell | null => {
    const at = canvas.current?.getBoundingClientRect();
    if (!at || columns === 0) return null;
    const column = Math.floor(((event.clientX - at.left) / at.width) * columns);
    const node = Math.floor((event.clientY - at.top) / rowHeight);
    return column < 0 || column >= columns || node < 0 || node >= data.nodes.length
      ? null
      : { node, column };
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && cell) {
      event.preventDefault();
      onOpen(cell, data);
      return;
    }
    const next = moveCell(cell ?? { node: 0, column: columns - 1 }, event.key, data);
    if (!next) return;
    event.preventDefault();
    onCell(cell ? next : { node: 0, column: columns - 1 }, data);
  };
  const words = cell ? wordsOf(data, cell, zone) : "No cell selected";

  return (
    <section className="hm" aria-labelledby={`${id}-title`}>
      <div className="hm-head">
        <h2 id={`${id}-title`}>{look.title}</h2>
        <span className="text-12 text-fg-3">
          {data.metric === "share" && scale.middle !== null
            ? `%, fair share ${(scale.middle * 100).toFixed(1)}`
            : look.unit}
        </span>
        <button
          type="button"
          className="hm-table"
          aria-expanded={tabled}
          onClick={() => onTable(data.metric, !tabled)}
        >
          {tabled ? "Hide table" : "As a table"}
        </button>
        <Legend data={data} scale={scale} kind={kind} ramps={ramps} />
      </div>
      <div className="hm-grid" style={{ gridAutoRows: rowHeight }}>
        <NodeNames data={data} known={known} />
        <div
          ref={box}
          className="hm-plot"
          style={{ gridRow: `1 / span ${data.nodes.length}`, height }}
        >
          <div
            role="application"
            aria-roledescription="heatmap"
            aria-label={`${look.title} of ${data.nodes.length} nodes over ${columns} times. Arrow keys move, Enter opens the sessions.`}
            aria-describedby={`${id}-cell`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cell
            tabIndex={0}
            className="hm-surface"
            onKeyDown={onKey}
            onPointerDown={(event) => {
              pressed.current = cellAt(event)?.column ?? null;
            }}
            onPointerMove={(event) => {
              const at = cellAt(event);
              hover.set(at ? { ...at, metric: data.metric } : null);
            }}
            onPointerLeave={() => hover.set(null)}
            onPointerUp={(event) => {
              const at = cellAt(event);
              const start = pressed.current;
              pressed.current = null;
              if (!at || start === null) return;
              if (Math.abs(at.column - start) > 1) {
                const first = data.times[Math.min(start, at.column)];
                const last = data.times[Math.max(start, at.column)];
                if (first && last) onZoom(Date.parse(first), Date.parse(last) + data.step);
              } else if (cell?.node === at.node && cell.column === at.column) onOpen(at, data);
              else onCell(at, data);
            }}
          >
            <canvas ref={canvas} style={{ width: "100%", height }} />
            <Marks
              data={data}
              cell={cell}
              hover={hover}
              zone={zone}
              width={width}
              rowHeight={rowHeight}
            />
          </div>
          <span id={`${id}-cell`} className="vh" aria-live="polite">
            {words}
          </span>
        </div>
        <LastValues data={data} />
      </div>
      {tabled && <AsTable data={data} zone={zone} />}
    </section>
  );
});

/** In place of a heatmap that is on its way, as large as it will be. */
export function HeatmapComing({
  metric,
  height,
}: {
  metric: HeatmapMetric;
  /** Of its rows, px. */
  height: number;
}) {
  const { title } = metricLook(metric);
  return (
    <section className="hm" aria-label={title}>
      <div className="hm-head">
        <h2>{title}</h2>
        <span className="vh" role="status">
          Loading {title.toLowerCase()}
        </span>
      </div>
      <div className="hm-grid" style={{ height }}>
        <div className="hm-plot">
          <Skeleton height={height - 1} />
        </div>
      </div>
    </section>
  );
}

const NodeNames = memo(function NodeNames({
  data,
  known,
}: {
  data: HeatmapData;
  known: KnownNodes;
}) {
  return data.nodes.map((node, row) => (
    <span key={node} className="hm-node" style={{ gridRow: row + 1 }} title={node}>
      <NodeMark ordinal={known.ordinalOf(node)} size={10} />
      <span className="truncate">{node}</span>
    </span>
  ));
});

function wordsOf(data: HeatmapData, cell: HeatCell, zone: string): string {
  const time = data.times[cell.column];
  const value = data.values[cell.node]?.[cell.column] ?? null;
  return `${data.nodes[cell.node] ?? ""} at ${time ? formatClock(time, zone, "minute") : ""}: ${formatMetric(data.metric, value, data.step)}`;
}

const LastValues = memo(function LastValues({ data }: { data: HeatmapData }) {
  const column = lastColumn(data);
  const all = data.values.map((row) => row[column] ?? null);
  const most = Math.max(...all.map((value) => value ?? 0));
  return all.map((last, row) => (
    <span
      key={data.nodes[row]}
      className={`hm-last ${last !== null && last > 0 && last === most && all.length > 1 ? "most" : ""}`}
      style={{ gridRow: row + 1 }}
    >
      {shortMetric(data.metric, last, data.step)}
    </span>
  ));
});
