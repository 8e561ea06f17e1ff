"use client";

import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useCallback,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { useElementWidth } from "@/lib/browser/element-width";
import { useInks } from "@/lib/browser/inks";
import type { KnownNodes } from "@/lib/browser/node-ordinals";
import { useSettled } from "@/lib/browser/settled";
import type { Annotation } from "@/lib/schemas/results";
import { countOf } from "@/lib/view/numbers";
import type { TimelineModel } from "@/lib/view/timeline";
import { hitPlot } from "@/lib/view/timeline-hits";
import { plotLayout } from "@/lib/view/timeline-layout";
import { type Pill, placePills } from "@/lib/view/timeline-pills";
import { fitScale, panWindow, stretchScale, type TimeScale } from "@/lib/view/timeline-scale";
import { plotFrame } from "./frame";
import { NoteMarks } from "./note-marks";
import { PlotCanvas } from "./plot-canvas";
import { PlotChanges } from "./plot-changes";
import { PlotGround } from "./plot-ground";
import { Pills } from "./plot-pills";
import { Outline, Selection } from "./plot-selection";
import { PlotSession } from "./plot-session";
import { PlotTip, type TipPlace } from "./plot-tip";
import { type Ghost, sessionColours } from "./session-ink";
import type { TimelineState } from "./timeline-state";
import { useWheel } from "./wheel";

/** The plot counts as moving until it has stood still for so long. */
const movingMs = 120;
const none: Ghost[] = [];

interface Pressed {
  along: number;
  now: number;
  pans: boolean;
  from: number;
  to: number;
}

/** The lanes of a session over time. The table below it holds the same and is its alternative for reading aloud. */
export const Plot = memo(function Plot({
  model,
  state,
  zone,
  known,
  hovered,
  onHover,
  note,
  onNote,
}: {
  model: TimelineModel;
  state: TimelineState;
  zone: string;
  known: KnownNodes;
  hovered: number | null;
  onHover: (step: number | null) => void;
  /** The id of the note that is shown. */
  note: string | null;
  onNote: (note: Annotation) => void;
}) {
  const box = useRef<HTMLElement>(null);
  const width = useElementWidth(box);
  const id = useId().replaceAll(":", "");
  const surface = useRef<SVGRectElement>(null);
  const [pressed, setPressed] = useState<Pressed | null>(null);
  const [tip, setTip] = useState<TipPlace | null>(null);
  const { window, fold, hidden, selected, setWindow, select } = state;

  const shown = model.lanes.filter((lane) => !hidden.has(lane.node)).length;
  const frame = useMemo(
    () => plotFrame(width || 1056, shown, model.steps.length),
    [width, shown, model.steps.length],
  );
  const scale = useMemo(
    () => fitScale({ ...window, spans: model.spans, fold, length: frame.length }),
    [window, model.spans, fold, frame.length],
  );
  const layout = useMemo(() => plotLayout(model, scale, hidden), [model, scale, hidden]);
  const ordinals = useMemo(
    () => new Map(model.lanes.map((lane) => [lane.node, lane.ordinal])),
    [model.lanes],
  );
  const ordinalOf = useCallback((node: string) => ordinals.get(node) ?? null, [ordinals]);
  const outer = useCallback(
    () => stretchScale({ ...model.bounds, spans: model.spans, fold }, scale),
    [model.bounds, model.spans, fold, scale],
  );
  // The buttons of hops rest while the plot moves, and their numbers are painted along.
  const still = useSettled(layout, movingMs);
  const pills = useMemo(
    () =>
      placePills(
        still,
        frame.lanes,
        frame.turn,
        frame.upright
          ? { width: frame.lanesSize, height: frame.length }
          : { width: frame.length, height: frame.lanesSize },
        (text) => text.length * 6.05,
        selected?.hop?.number ?? null,
      ),
    [still, frame, selected],
  );
  const moving = still !== layout;
  const inks = useInks(sessionColours);
  const ghosts = useMemo(
    () => (moving ? ghostsOf(pills, model, scale, frame.upright) : none),
    [moving, pills, model, scale, frame.upright],
  );

  const spotOf = useCallback(
    (event: { clientX: number; clientY: number }) => {
      const at = surface.current?.getBoundingClientRect();
      const x = event.clientX - (at?.left ?? 0);
      const y = event.clientY - (at?.top ?? 0);
      return frame.upright ? { along: y, across: x } : { along: x, across: y };
    },
    [frame.upright],
  );

  useWheel({ box, spotOf, scale, outer, window, setWindow, upright: frame.upright });

  const hitAt = (event: PointerEvent): Omit<TipPlace, "x" | "y"> | null => {
    const { along, across } = spotOf(event);
    const hit = hitPlot(layout, frame.lanes, along, across);
    if (hit?.kind === "change") return { step: null, change: hit.change, count: 1 };
    if (hit?.kind === "hop") return { step: hit.hop.to, count: 1 };
    if (hit?.kind === "mark") return { step: hit.mark.step, count: hit.mark.count };
    if (hit?.kind === "glyph" && hit.glyph.step !== null)
      return { step: hit.glyph.step, count: hit.glyph.count };
    return null;
  };

  const onDown = (event: PointerEvent<SVGRectElement>) => {
    if (event.button !== 0 || (frame.upright && event.pointerType === "touch")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { along } = spotOf(event);
    setPressed({ along, now: along, pans: event.shiftKey, ...window });
  };
  const onMove = (event: PointerEvent<SVGRectElement>) => {
    const { along } = spotOf(event);
    if (pressed) {
      setTip(null);
      setPressed({ ...pressed, now: along });
      if (pressed.pans) {
        const start = { from: pressed.from, to: pressed.to };
        setWindow(panWindow(outer(), start, pressed.along - along), "replace");
      }
      return;
    }
    const hit = hitAt(event);
    onHover(hit?.step ?? null);
    const at = box.current?.getBoundingClientRect();
    setTip(hit && at ? { ...hit, x: event.clientX - at.left, y: event.clientY - at.top } : null);
  };
  const onUp = (event: PointerEvent<SVGRectElement>) => {
    const along = spotOf(event).along;
    const start = pressed?.along ?? along;
    const pans = pressed?.pans ?? false;
    setPressed(null);
    if (pans && Math.abs(along - start) > 4) return;
    if (Math.abs(along - start) > 4) {
      const from = Math.floor(scale.time(Math.min(start, along)));
      const to = Math.ceil(scale.time(Math.max(start, along)));
      if (to - from >= 10) setWindow({ from, to }, "push");
      return;
    }
    const hit = hitAt(event);
    if (hit && hit.step !== null) select(model.steps[hit.step] ?? null);
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = { ArrowLeft: -0.2, ArrowRight: 0.2, PageUp: -0.9, PageDown: 0.9 }[event.key];
    if (pan !== undefined) {
      event.preventDefault();
      setWindow(panWindow(outer(), window, pan * scale.length), "replace");
    }
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const next = selected ? selected.index + by : by === 1 ? 0 : model.steps.length - 1;
      const step = model.steps[next];
      if (step) select(step);
    }
  };

  const summary = `Node timeline: ${countOf(model.steps.length, "request")} on ${countOf(model.lanes.length, "lane")}, ${countOf(model.hops.length, "bounce")}. The request table below holds the same. Arrow keys left and right pan, up and down select requests.`;
  return (
    <section
      ref={box}
      className={`tl-box ${frame.upright ? "upright" : ""}`}
      aria-label={summary}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys pan the plot and step through its requests
      tabIndex={0}
      onKeyDown={onKey}
    >
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around it is labelled; a title would cover the plot as a tooltip */}
      <svg
        className="tl-plot"
        width={frame.width}
        height={frame.height}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
      >
        <PlotGround
          frame={frame}
          layout={layout}
          scale={scale}
          zone={zone}
          now={model.bounds.to}
          known={known}
          id={id}
          flagAt={
            selected && selected.start >= scale.from && selected.start <= scale.to
              ? scale.at(selected.start)
              : null
          }
        />
        <g transform={`translate(${frame.origin.x} ${frame.origin.y})`}>
          <PlotChanges layout={layout} frame={frame} />
          {!inks && (
            <PlotSession frame={frame} layout={layout} scale={scale} ordinalOf={ordinalOf} />
          )}
        </g>
      </svg>
      {inks && (
        <PlotCanvas
          inks={inks}
          frame={frame}
          layout={layout}
          scale={scale}
          ordinalOf={ordinalOf}
          ghosts={ghosts}
        />
      )}
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: as the drawing below it */}
      <svg
        className="tl-plot tl-over"
        width={frame.width}
        height={frame.height}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
      >
        <g transform={`translate(${frame.origin.x} ${frame.origin.y})`}>
          {pressed && !pressed.pans && Math.abs(pressed.now - pressed.along) > 4 && (
            <rect
              {...frame.turn.box(
                Math.min(pressed.along, pressed.now),
                0,
                Math.abs(pressed.now - pressed.along),
                frame.lanesSize,
              )}
              fill="var(--accent)"
              opacity=".16"
            />
          )}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the same is reached through pills, table rows and the section's keys */}
          <rect
            ref={surface}
            className="tl-surface"
            {...frame.turn.box(0, 0, scale.length, frame.lanesSize)}
            fill="transparent"
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={() => setPressed(null)}
            onPointerLeave={() => {
              setTip(null);
              onHover(null);
            }}
            onDoubleClick={() => setWindow(null, "push")}
          />
          <Selection
            model={model}
            step={selected}
            frame={frame}
            scale={scale}
            layout={layout}
            zone={zone}
          />
          {hovered !== null && (
            <Outline
              step={model.steps[hovered]}
              frame={frame}
              scale={scale}
              layout={layout}
              faint
            />
          )}
          <NoteMarks layout={layout} frame={frame} zone={zone} chosen={note} onChoose={onNote} />
          <g className={moving && inks ? "tl-resting" : undefined}>
            <Pills model={model} pills={pills} selected={selected} zone={zone} onSelect={select} />
          </g>
        </g>
      </svg>
      {tip && <PlotTip {...tip} model={model} zone={zone} width={width} height={frame.height} />}
    </section>
  );
});

/** Where the numbers of hops are carried while the plot moves. */
function ghostsOf(
  pills: readonly Pill[],
  model: TimelineModel,
  scale: TimeScale,
  upright: boolean,
): Ghost[] {
  return pills.flatMap(({ connector, x, y, height }) => {
    const { number, to } = connector.hop;
    const step = model.steps[to];
    if (!step || number === null || step.start < scale.from || step.start > scale.to) return [];
    const shift = scale.at(step.start) - connector.end;
    const width = 14 + String(number).length * 7;
    return [{ x: upright ? x : x + shift, y: upright ? y + shift : y, width, height, number }];
  });
}
