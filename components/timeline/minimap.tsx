"use client";

import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from "react";
import { changeColour, changeWord } from "@/components/ui/change-mark";
import { useElementWidth } from "@/lib/browser/element-width";
import { nodeLook } from "@/lib/view/node-look";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import type { TimelineModel } from "@/lib/view/timeline";
import type { Span } from "@/lib/view/timeline-scale";
import { formatClock, formatTick, timeTicks } from "@/lib/view/times";
import type { TimelineState } from "./timeline-state";

type Grip = "from" | "to" | "both" | "new";
const top = 18;
const body = 36;

/** The whole session in true time, with the part that the plot shows as a brush. */
export const Minimap = memo(function Minimap({
  model,
  state,
  zone,
}: {
  model: TimelineModel;
  state: TimelineState;
  zone: string;
}) {
  const box = useRef<HTMLElement>(null);
  const width = useElementWidth(box);
  const narrow = width > 0 && width < 700;
  const left = narrow ? 14 : 134;
  const length = Math.max((width || 1056) - left - 20, 100);
  const { bounds } = model;
  const span = bounds.to - bounds.from;
  const place = (time: number) => ((time - bounds.from) / span) * length;
  const timeAt = (px: number) => bounds.from + (Math.min(Math.max(px, 0), length) / length) * span;
  const surface = useRef<SVGSVGElement>(null);
  const [grip, setGrip] = useState<{ kind: Grip; at: number; start: Span } | null>(null);
  const { window, setWindow } = state;
  const from = place(window.from);
  const to = Math.max(place(window.to), from + 2);

  const pxOf = (event: PointerEvent) =>
    event.clientX - (surface.current?.getBoundingClientRect().left ?? 0) - left;
  const least = Math.min(Math.max(span / 2000, 10), span);

  const onDown = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return;
    const px = pxOf(event);
    const kind: Grip =
      Math.abs(px - from) <= 7
        ? "from"
        : Math.abs(px - to) <= 7
          ? "to"
          : px > from && px < to && !state.whole
            ? "both"
            : "new";
    event.currentTarget.setPointerCapture(event.pointerId);
    setGrip({ kind, at: px, start: window });
  };
  const onMove = (event: PointerEvent) => {
    if (!grip) return;
    const px = pxOf(event);
    const by = ((px - grip.at) / length) * span;
    setWindow(
      moved(grip.kind, grip.start, by, timeAt(grip.at), timeAt(px), bounds, least),
      "replace",
    );
  };
  const onKey = (edge: "from" | "to") => (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -0.01,
      ArrowDown: -0.01,
      ArrowRight: 0.01,
      ArrowUp: 0.01,
      PageDown: -0.1,
      PageUp: 0.1,
    }[event.key];
    const goal = event.key === "Home" ? bounds.from : event.key === "End" ? bounds.to : null;
    if (by === undefined && goal === null) return;
    event.preventDefault();
    event.stopPropagation();
    const time = goal ?? window[edge] + (by ?? 0) * span;
    setWindow(
      edge === "from"
        ? { from: Math.max(bounds.from, Math.min(time, window.to - least)), to: window.to }
        : { from: window.from, to: Math.min(bounds.to, Math.max(time, window.from + least)) },
      "replace",
    );
  };

  const label = `Whole session, ${formatClock(window.from, zone)} to ${formatClock(window.to, zone)} in view`;
  return (
    <section ref={box} className="tl-minimap" aria-label={label}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around it is labelled; a title would cover it as a tooltip */}
      <svg
        ref={surface}
        width={width || "100%"}
        height={top + body + 18}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={() => setGrip(null)}
        onPointerCancel={() => setGrip(null)}
        onDoubleClick={() => setWindow(null, "push")}
      >
        {!narrow && (
          <g className="tl-faint">
            <text x="16" y={top + 15} className="tl-soft">
              Whole session
            </text>
            <text x="16" y={top + 30}>
              {`${formatDuration(span)}, ${formatCount(model.steps.length)} req.`}
            </text>
          </g>
        )}
        <g transform={`translate(${left} ${top})`}>
          <Whole model={model} length={length} zone={zone} />
          <rect
            x={from}
            y="0.5"
            width={to - from}
            height={body - 1}
            className={`tl-brush ${grip ? "held" : ""}`}
          />
          {(["from", "to"] as const).map((edge) => (
            <rect
              key={edge}
              className="tl-handle"
              role="slider"
              tabIndex={0}
              aria-label={edge === "from" ? "Start of the part in view" : "End of the part in view"}
              aria-valuemin={bounds.from}
              aria-valuemax={bounds.to}
              aria-valuenow={Math.round(window[edge])}
              aria-valuetext={formatClock(window[edge], zone, "millisecond")}
              x={(edge === "from" ? from : to) - 3}
              y={body / 2 - 9}
              width="6"
              height="18"
              rx="2"
              onKeyDown={onKey(edge)}
            />
          ))}
        </g>
      </svg>
    </section>
  );
});

/** All that does not move with the brush. */
const Whole = memo(function Whole({
  model,
  length,
  zone,
}: {
  model: TimelineModel;
  length: number;
  zone: string;
}) {
  const { bounds } = model;
  const span = bounds.to - bounds.from;
  const place = (time: number) => ((time - bounds.from) / span) * length;
  const drawing = useMemo(() => drawingOf(model, length), [model, length]);
  const ticks = timeTicks(bounds.from, bounds.to, zone, Math.max(Math.floor(length / 90), 2));
  return (
    <>
      <rect width={length} height={body} fill="var(--canvas)" />
      {drawing.bands.map((band) => (
        <rect
          key={band.key}
          x={band.x}
          y={band.y}
          width={band.width}
          height={Math.max(drawing.row - 1, 2)}
          fill={band.down ? "var(--bad)" : "var(--warn)"}
          opacity=".35"
        />
      ))}
      {drawing.rows.map(({ node, path, colour }) => (
        <path key={node} d={path} fill={colour} />
      ))}
      <path d={drawing.losses} stroke="var(--bad)" strokeWidth="2" />
      {model.marks.map((change) => {
        const x = place(Date.parse(change.at));
        return x < 0 || x > length ? null : (
          <g key={change.id}>
            <path
              d={`M${Math.round(x) + 0.5} -4V${body}`}
              stroke={changeColour(change.kind)}
              strokeDasharray="1 3"
            />
            <title>{`${changeWord(change.kind)}: ${change.title}, ${formatClock(change.at, zone)}`}</title>
          </g>
        );
      })}
      {drawing.labels.map(({ x, text, colour, flipped }) => (
        <text
          key={`${x} ${text}`}
          x={flipped ? x - 5 : x + 5}
          y="-6"
          textAnchor={flipped ? "end" : "start"}
          style={{ fill: colour }}
        >
          {text}
        </text>
      ))}
      {drawing.numbers.map(({ x, number, lost }) => (
        <text
          key={number}
          x={x}
          y="-6"
          textAnchor="middle"
          className={`tl-number ${lost ? "bad" : ""}`}
        >
          {number}
        </text>
      ))}
      <g className="tl-faint">
        {ticks.map((at) => (
          <text key={at} x={place(at)} y={body + 14} textAnchor="middle">
            {formatTick(at, span, zone)}
          </text>
        ))}
      </g>
    </>
  );
});

function moved(
  kind: Grip,
  start: Span,
  by: number,
  pressedAt: number,
  nowAt: number,
  bounds: Span,
  least: number,
): Span {
  switch (kind) {
    case "from":
      return {
        from: Math.max(bounds.from, Math.min(start.from + by, start.to - least)),
        to: start.to,
      };
    case "to":
      return {
        from: start.from,
        to: Math.min(bounds.to, Math.max(start.to + by, start.from + least)),
      };
    case "both": {
      const shift = Math.min(Math.max(by, bounds.from - start.from), bounds.to - start.to);
      return { from: start.from + shift, to: start.to + shift };
    }
    case "new": {
      const from = Math.min(pressedAt, nowAt);
      const to = Math.max(pressedAt, nowAt);
      return to - from < least ? start : { from, to };
    }
  }
}

/** Marks as one path a lane; places that share a pixel are drawn once. */
function drawingOf(model: TimelineModel, length: number) {
  const { bounds } = model;
  const span = bounds.to - bounds.from;
  const place = (time: number) => ((time - bounds.from) / span) * length;
  const row = body / Math.max(model.lanes.length, 1);
  const laneOf = new Map(model.lanes.map((lane, index) => [lane.node, index]));
  const rows = model.lanes.map((lane, index) => {
    let path = "";
    let free = Number.NEGATIVE_INFINITY;
    for (const step of model.steps) {
      if (step.lane !== lane.node) continue;
      const x = Math.round(place(step.start) * 2) / 2;
      const end = Math.max(place(step.end), x + 2);
      if (end <= free) continue;
      const y = index * row + row * 0.2;
      path += `M${x} ${y.toFixed(1)}H${end.toFixed(1)}v${(row * 0.6).toFixed(1)}H${x}Z`;
      free = end;
    }
    return { node: lane.node, path, colour: nodeLook(lane.ordinal).colour };
  });
  const losses = model.steps
    .filter((step) => step.loss !== null)
    .map((step) => `M${place(step.start).toFixed(1)} ${body - 6}v6`)
    .join("");
  const bands = model.bands.flatMap((band) => {
    const lane = laneOf.get(band.node);
    if (lane === undefined) return [];
    const x = Math.max(place(band.from), 0);
    return [
      {
        key: `${band.node} ${band.from}`,
        x,
        y: lane * row,
        width: Math.max(Math.min(place(band.to), length) - x, 1),
        down: band.kind === "down",
      },
    ];
  });
  const numbers: { x: number; number: number; lost: boolean }[] = [];
  for (const hop of model.hops) {
    const step = model.steps[hop.to];
    if (!step || hop.number === null) continue;
    const x = place(step.start);
    const last = numbers.at(-1);
    if (!last || x - last.x > 6 + 6 * String(hop.number).length)
      numbers.push({ x, number: hop.number, lost: hop.loss !== null });
  }
  return { rows, losses, bands, numbers, labels: labelsOf(model, place, numbers, length), row };
}

/** The names of changes above the strip, where neither a hop's number nor another name stands. */
function labelsOf(
  model: TimelineModel,
  place: (time: number) => number,
  numbers: readonly { x: number }[],
  length: number,
) {
  const taken = numbers.map(({ x }) => ({ from: x - 7, to: x + 7 }));
  const labels: { x: number; text: string; colour: string; flipped: boolean }[] = [];
  for (const change of model.marks) {
    const x = place(Date.parse(change.at));
    if (x < 0 || x > length) continue;
    const text = change.title.length > 36 ? `${change.title.slice(0, 35)}…` : change.title;
    const size = text.length * 5.9 + 8;
    for (const flipped of [false, true]) {
      const from = flipped ? x - size : x;
      const to = flipped ? x : x + size;
      if (from < 0 || to > length) continue;
      if (taken.some((other) => from < other.to && other.from < to)) continue;
      taken.push({ from, to });
      labels.push({ x, text, colour: changeColour(change.kind), flipped });
      break;
    }
  }
  return labels;
}
