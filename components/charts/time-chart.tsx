"use client";

import dynamic from "next/dynamic";
import {
  type ComponentProps,
  type ComponentType,
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useMemo,
  useRef,
  useState,
} from "react";
import { useElementWidth } from "@/lib/browser/element-width";
import { usePool } from "@/lib/browser/page-state";
import { useZone } from "@/lib/browser/zone";
import type { ChangeMark } from "@/lib/schemas/results";
import type { ChartRow } from "@/lib/view/overview";
import { downSpans } from "@/lib/view/overview-changes";
import { formatClock, formatDayClock, formatTick, formatUtc, timeTicks } from "@/lib/view/times";
import { type ChartKind, valueAxis } from "@/lib/view/value-axis";
import { IconButton } from "../ui/button";
import { ChangeRail } from "./change-rail";
import { ChartTable, writeValue } from "./chart-table";
import { insetOf, type PlotContent, type PlotSeries, plotMargin } from "./plot-frame";
import { StillPlot } from "./still-plot";
import type { TimePlot } from "./time-plot";

/** What the button takes that notes a change, px. */
const noteButton = 28;

const ChangeDialog = dynamic(() =>
  import("../changes/change-dialog").then((found) => found.ChangeDialog),
);

interface Selection {
  start: number;
  end: number;
}

type LivePlot = ComponentType<ComponentProps<typeof TimePlot>>;

/**
 * The chart library's drawing, once somebody points at the chart or comes to it by keyboard. Until then the page shows
 * its own drawing of the same: a first view does not wait for the library, nor pay for it.
 */
function useLivePlot(): [LivePlot | null, () => void] {
  const [plot, setPlot] = useState<LivePlot | null>(null);
  const asked = useRef(false);
  const ask = useCallback(() => {
    if (asked.current) return;
    asked.current = true;
    import("./time-plot").then(
      (found) => setPlot(() => found.TimePlot),
      // Not to be had now: what stands there shows the same, and the next touch asks again.
      () => {
        asked.current = false;
      },
    );
  }, []);
  return [plot, ask];
}

/**
 * A measure over time with changes above it. Dragging (or Shift with the arrows, then Enter) zooms;
 * a double click widens; a change can be noted at the step. The same numbers are in a table for those who do not see it.
 */
export function TimeChart({
  label,
  rows,
  series,
  kind,
  stepMs,
  changes,
  valueLabel,
  height = 278,
  stale = false,
  onZoom,
  onWiden,
}: {
  label: string;
  rows: ChartRow[];
  series: PlotSeries[];
  kind: ChartKind;
  stepMs: number;
  changes: ChangeMark[];
  /** Writes a value for the axis and the table. */
  valueLabel: (value: number) => string;
  height?: number;
  stale?: boolean;
  onZoom: (from: number, to: number) => void;
  onWiden: () => void;
}) {
  const { zone } = useZone();
  const overlay = useRef<HTMLDivElement>(null);
  const width = useElementWidth(overlay);
  const [at, setAt] = useState<number | null>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  const [pool] = usePool();
  const [noting, setNoting] = useState<{ at: number | null } | null>(null);
  const from = rows[0]?.at ?? 0;
  const to = from + rows.length * stepMs;
  const ticks = useMemo(() => {
    const wished = timeTicks(from, to, zone, Math.max(2, Math.floor((width || 600) / 72)));
    const steps = wished.map((tick) => from + Math.round((tick - from) / stepMs) * stepMs);
    return steps.filter((tick) => tick < to);
  }, [from, to, zone, width, stepMs]);
  const tickLabel = useMemo(
    () => (tick: number) => formatTick(tick, to - from, zone),
    [from, to, zone],
  );
  const downs = useMemo(() => downSpans(changes, { from, to }), [changes, from, to]);

  const axis = useMemo(
    () =>
      valueAxis(
        rows,
        series.map(({ key }) => key),
        kind,
      ),
    [rows, series, kind],
  );
  const [LivePlot, takeOver] = useLivePlot();
  const content: PlotContent = { rows, series, kind, axis, height, ticks, tickLabel, valueLabel };

  const indexAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(rows.length - 1, Math.max(0, Math.floor(share * rows.length)));
  };
  const zoom = ({ start, end }: Selection) => {
    const first = rows[Math.min(start, end)];
    const last = rows[Math.max(start, end)];
    setSelection(null);
    if (first && last) onZoom(first.at, last.at + stepMs);
  };
  const onKey = (event: KeyboardEvent) => {
    const here = at ?? rows.length - 1;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const next = Math.min(rows.length - 1, Math.max(0, here + step));
      setAt(next);
      setSelection(event.shiftKey ? { start: selection?.start ?? here, end: next } : null);
    } else if (event.key === "Enter" && selection) zoom(selection);
    else if (event.key === "m") setNoting({ at: at === null ? null : (rows[at]?.at ?? null) });
    else if (event.key === "Escape") {
      setSelection(null);
      setAt(null);
    } else return;
    event.preventDefault();
  };

  const shown = at === null ? undefined : rows[at];
  const total = (row: ChartRow) =>
    series.reduce<number | null>((sum, { key }) => {
      const value = row.values[key] ?? null;
      return value === null ? sum : (sum ?? 0) + value;
    }, null);
  const words = (row: ChartRow) => {
    const sum = total(row);
    return `${formatClock(row.at, zone, stepMs < 60_000 ? "second" : "minute")}, ${
      row.silent || sum === null ? "no line received" : valueLabel(sum)
    }`;
  };
  const share = (index: number) => `${(index / rows.length) * 100}%`;

  return (
    <div className={`time-chart ${stale ? "stale" : ""}`} style={{ height }}>
      {LivePlot && width > 0 ? (
        <LivePlot {...content} width={width + plotMargin.left + plotMargin.right} />
      ) : (
        <StillPlot {...content} width={width} />
      )}
      <div className="plot-box" style={{ inset: insetOf(plotMargin) }}>
        <ChangeRail
          changes={changes}
          from={from}
          to={to}
          stepMs={stepMs}
          width={width}
          kept={noteButton}
        />
        {downs.map((down) => (
          <i
            key={`${down.node}-${down.start}`}
            className="plot-down"
            title={`${down.node} was down`}
            style={{ left: `${down.start * 100}%`, width: `${(down.end - down.start) * 100}%` }}
          />
        ))}
        {silentSpans(rows).map(([start, end]) => (
          <i
            key={start}
            className="plot-silent hatched"
            title="No line was received"
            style={{ left: share(start), width: share(end - start) }}
          />
        ))}
        {at !== null && !selection && (
          <i className="plot-cursor" style={{ left: share(at), width: share(1) }} />
        )}
        {selection && (
          <i
            className="plot-selection"
            style={{
              left: share(Math.min(selection.start, selection.end)),
              width: share(Math.abs(selection.end - selection.start) + 1),
            }}
          />
        )}
        <div
          ref={overlay}
          className="plot-hit"
          role="slider"
          tabIndex={0}
          aria-label={`${label}. Arrows move, with Shift they select, Enter zooms, m notes a change.`}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, rows.length - 1)}
          aria-valuenow={at ?? Math.max(0, rows.length - 1)}
          aria-valuetext={shown ? words(shown) : rows.length > 0 ? "No step chosen" : "Empty"}
          onKeyDown={onKey}
          onFocus={takeOver}
          onPointerEnter={takeOver}
          onBlur={() => setAt(null)}
          onPointerMove={(event) => {
            const index = indexAt(event);
            setAt(index);
            if (event.buttons === 1 && selection) setSelection({ ...selection, end: index });
          }}
          onPointerLeave={() => setAt(null)}
          onPointerDown={(event) => {
            if (event.button !== 0 || event.pointerType === "touch") return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const index = indexAt(event);
            setSelection({ start: index, end: index });
          }}
          onPointerUp={() => {
            if (selection && selection.start !== selection.end) zoom(selection);
            else setSelection(null);
          }}
          onPointerCancel={() => setSelection(null)}
          onDoubleClick={onWiden}
        />
        <span className="plot-note">
          <IconButton icon="plus" label="Note a change" onClick={() => setNoting({ at: null })} />
        </span>
        {shown && at !== null && (
          <Tip
            row={shown}
            series={series}
            total={total(shown)}
            valueLabel={valueLabel}
            zone={zone}
            side={at > rows.length / 2 ? "left" : "right"}
            place={((at + 0.5) / rows.length) * 100}
          />
        )}
      </div>
      {noting && (
        <ChangeDialog open onClose={() => setNoting(null)} start={{ at: noting.at, pool }} />
      )}
      <ChartTable
        label={label}
        rows={rows}
        series={series}
        changes={changes}
        stepMs={stepMs}
        valueLabel={valueLabel}
        zone={zone}
      />
    </div>
  );
}

function Tip({
  row,
  series,
  total,
  valueLabel,
  zone,
  side,
  place,
}: {
  row: ChartRow;
  series: PlotSeries[];
  total: number | null;
  valueLabel: (value: number) => string;
  zone: string;
  side: "left" | "right";
  place: number;
}) {
  const present = series.filter(({ key }) => (row.values[key] ?? 0) > 0);
  return (
    <div
      className={`plot-tip tip ${side}`}
      style={side === "right" ? { left: `${place}%` } : { right: `${100 - place}%` }}
    >
      <p className="flex justify-between gap-4">
        <b>{formatDayClock(row.at, zone, "second")}</b>
        {zone !== "UTC" && <span className="text-fg-3">{formatUtc(row.at).slice(11, 19)} UTC</span>}
      </p>
      {row.silent ? (
        <p className="text-fg-2">No line was received.</p>
      ) : (
        <ul>
          {series.length > 1 &&
            present.map(({ key, label, colour }) => (
              <li key={key}>
                <span className="cause">
                  <i style={{ background: colour }} />
                  {label}
                </span>
                <b>{writeValue(row.values[key], valueLabel)}</b>
              </li>
            ))}
          <li className={series.length > 1 && present.length > 0 ? "tip-total" : undefined}>
            <span>{series.length > 1 ? "Total" : series[0]?.label}</span>
            <b>{writeValue(total, valueLabel)}</b>
          </li>
          {row.previous !== null && (
            <li className="text-fg-2">
              <span>Period before</span>
              <span>{valueLabel(row.previous)}</span>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** Runs of steps in which nothing was received: half-open, by index. */
function silentSpans(rows: ChartRow[]): [number, number][] {
  const spans: [number, number][] = [];
  rows.forEach((row, index) => {
    if (!row.silent) return;
    const last = spans.at(-1);
    if (last && last[1] === index) last[1] = index + 1;
    else spans.push([index, index + 1]);
  });
  return spans;
}
