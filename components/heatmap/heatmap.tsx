"use client";

import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { NodeMark } from "@/components/ui/node-mark";
import { useElementWidth } from "@/lib/browser/element-width";
import type { KnownNodes } from "@/lib/browser/node-ordinals";
import type { Heatmap as HeatmapData } from "@/lib/schemas/heatmap";
import {
  cellOf,
  formatMetric,
  type HeatCell,
  type HeatScale,
  type HeatScaleKind,
  heatScale,
  lastColumn,
  metricLook,
  moveCell,
  shortMetric,
} from "@/lib/view/heatmap";
import { formatClock, formatRange } from "@/lib/view/times";
import { paintHeatmap } from "./heat-paint";
import { type HeatHover, type HeatPoint, useHeatHover } from "./hover";
import { type Ramps, shadeOf, useRamps } from "./ramp";

/** One metric, nodes down, time across, drawn on a canvas. Arrow keys move its cell; its table holds every value. */
export const Heatmap = memo(function Heatmap({
  data,
  kind,
  rowHeight,
  known,
  zone,
  chosen,
  hover,
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
  const [tabled, setTabled] = useState(false);
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
          onClick={() => setTabled(!tabled)}
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

/** The column that the pointer or the selection is in, the selected cell, and the one under the pointer with its value. */
function Marks({
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
  const boxOf = (at: HeatCell) => ({
    left: at.column * cellWidth - 1,
    top: at.node * rowHeight - 1,
    width: cellWidth + 1,
    height: rowHeight + 1,
  });
  return (
    <>
      {crossing !== null && (
        <i className="hm-cross" style={{ left: (crossing + 0.5) * cellWidth }} />
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

const columnOf = (point: HeatPoint | null) => point?.column ?? null;
const nodeOf = (point: HeatPoint | null) => point?.node ?? null;
const metricOf = (point: HeatPoint | null) => point?.metric ?? null;

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
      style={{ left: Math.min(Math.max(left - 105, 0), Math.max(width - 216, 0)), top: top + 8 }}
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

function Legend({
  data,
  scale,
  kind,
  ramps,
}: {
  data: HeatmapData;
  scale: HeatScale;
  kind: HeatScaleKind;
  ramps: Ramps | null;
}) {
  const ramp = ramps ? (scale.middle === null ? ramps.heat : ramps.share) : [];
  const unit = data.metric === "errors" || data.metric === "share" ? "%" : "";
  return (
    <span className="hm-legend">
      <span>{`${shortMetric(data.metric, scale.low, data.step)}${unit}`}</span>
      <span className="hm-ramp" aria-hidden="true">
        {Array.from({ length: 9 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nine steps that never move
          <i key={index} style={{ background: shadeOf(ramp, index / 8) }} />
        ))}
      </span>
      <span>
        {`${shortMetric(data.metric, scale.high, data.step)}${unit || spaced(metricLook(data.metric).unit)}${scaleWord(data.metric, kind)}`}
      </span>
    </span>
  );
}

function spaced(unit: string): string {
  return unit === "" ? "" : ` ${unit}`;
}

function scaleWord(metric: HeatmapData["metric"], kind: HeatScaleKind): string {
  if (metric === "share") return "";
  if (kind === "log") return ", log";
  return metric === "errors" ? ", sqrt" : "";
}

function AsTable({ data, zone }: { data: HeatmapData; zone: string }) {
  return (
    <section
      className="table-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`${metricLook(data.metric).title}, all values`}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Node</th>
            {data.times.map((time) => (
              <th key={time} scope="col" className="num">
                {formatClock(time, zone, "minute")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.nodes.map((node, row) => (
            <tr key={node}>
              <th scope="row">{node}</th>
              {data.times.map((time, column) => (
                <td key={time} className="num">
                  {formatMetric(data.metric, data.values[row]?.[column] ?? null, data.step)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
