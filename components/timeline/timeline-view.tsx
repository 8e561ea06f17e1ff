"use client";

import "./details.css";
import "./timeline.css";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useLatest } from "@/lib/browser/latest";
import { knownNodes } from "@/lib/browser/node-ordinals";
import { useSettled } from "@/lib/browser/settled";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import type { Annotation, Timeline } from "@/lib/schemas/results";
import { timelineModel } from "@/lib/view/timeline";
import { fitScale, type Span, stretchScale, zoomWindow } from "@/lib/view/timeline-scale";
import { zoneName } from "@/lib/view/times";
import { Details } from "./details";
import { Minimap } from "./minimap";
import { NoteDialog, type NoteDraft, Notes } from "./notes";
import { Plot } from "./plot";
import { RequestTable } from "./request-table";
import { SessionHead } from "./session-head";
import { nextHop, useTimelineState } from "./timeline-state";
import { Toolbar } from "./toolbar";

/** A session's timeline: head, lanes, whole session, requests, and what is known of the selected one. */
export function TimelineView({
  timeline,
  actions,
  notice,
  frozenAt = null,
}: {
  timeline: Timeline;
  actions: ReactNode;
  notice?: ReactNode;
  frozenAt?: string | null;
}) {
  const model = useMemo(() => timelineModel(timeline), [timeline]);
  const known = useMemo(() => knownNodes(timeline.nodes), [timeline.nodes]);
  const state = useTimelineState(model);
  const { zone } = useZone();
  const [hovered, setHovered] = useState<number | null>(null);
  const { window, fold, setWindow, select, selected } = state;
  const [note, setNote] = useState<string | null>(null);
  const [draft, setDraft] = useState<NoteDraft | null>(null);
  const editable = frozenAt === null;
  const addNote = useLatest(() =>
    setDraft({ at: selected?.start ?? Math.round((window.from + window.to) / 2) }),
  );
  const editNote = useCallback((chosen: Annotation) => setDraft({ note: chosen }), []);
  const showNote = useLatest((chosen: Annotation) => {
    setNote(chosen.id);
    const at = Date.parse(chosen.at);
    if (at >= window.from && at <= window.to) return;
    setWindow(windowAround(window, at, model.bounds), "replace");
  });
  // The plot follows a gesture at once, the table when it rests.
  const settled = useSettled(window, 100);

  const zoom = useLatest((factor: number) => {
    // The breadth does not matter here: zooming goes by shares of what is in view.
    const scale = fitScale({ ...window, spans: model.spans, fold, length: 1000 });
    const outer = stretchScale({ ...model.bounds, spans: model.spans, fold }, scale);
    const anchored =
      selected && selected.start >= window.from && selected.start <= window.to
        ? scale.at(selected.start) / scale.length
        : 0.5;
    setWindow(zoomWindow(outer, window, factor, anchored), "push");
  });
  const step = useLatest((by: 1 | -1) => {
    const hop = nextHop(model.hops, selected, by);
    const next = hop ? model.steps[hop.to] : undefined;
    if (!next) return;
    select(next);
    if (next.start >= window.from && next.start <= window.to) return;
    setWindow(windowAround(window, next.start, model.bounds), "replace");
  });
  useShortcut("j", "Next bounce", () => step(1));
  useShortcut("n", "Next bounce", () => step(1));
  useShortcut("k", "Previous bounce", () => step(-1));
  useShortcut("p", "Previous bounce", () => step(-1));
  useShortcut("+", "Zoom in", () => zoom(2));
  useShortcut("=", "Zoom in", () => zoom(2));
  useShortcut("-", "Zoom out", () => zoom(0.5));
  useShortcut("0", "Fit the whole session", () => setWindow(null, "push"));
  useShortcut("f", "Fold idle time, or show true time", () => state.setFold(!fold));
  useShortcut("Escape", "Clear the selection", () => select(null));
  useShortcut("a", "Add a note here", () => {
    if (editable) addNote();
  });

  const detailed = selected ?? model.steps[model.hops[0]?.to ?? -1] ?? null;
  return (
    <>
      <SessionHead timeline={timeline} model={model} actions={actions} frozenAt={frozenAt} />
      {notice}
      <div className="tl-layout">
        <div className="tl-main">
          <Toolbar
            model={model}
            pool={timeline.session.pool}
            state={state}
            onZoom={zoom}
            onNote={editable ? addNote : null}
          />
          <Plot
            model={model}
            state={state}
            zone={zone}
            known={known}
            hovered={hovered}
            onHover={setHovered}
            note={note}
            onNote={showNote}
          />
          <Minimap model={model} state={state} zone={zone} />
          <Notes
            notes={model.notes}
            chosen={note}
            onChoose={showNote}
            onEdit={editable ? editNote : null}
          />
          <RequestTable
            model={model}
            selected={selected}
            select={select}
            filter={state.filter}
            setFilter={state.setFilter}
            window={settled}
            zone={zone}
            hovered={hovered}
            onHover={setHovered}
          />
        </div>
        <aside className="tl-details" aria-label="Selected request">
          {detailed ? (
            <Details model={model} step={detailed} zone={zone} onStep={step} />
          ) : (
            <p className="tl-hint">
              No bounces. Select a request, on the timeline or in the table, to see all its fields.
            </p>
          )}
        </aside>
      </div>
      {editable && (
        <NoteDialog sessionId={timeline.session.id} draft={draft} onClose={() => setDraft(null)} />
      )}
      <footer className="tl-foot noprint">
        <span>
          <kbd className="kbd">j</kbd> <kbd className="kbd">k</kbd> next, previous bounce
        </span>
        <span>
          <kbd className="kbd">+</kbd> <kbd className="kbd">-</kbd> <kbd className="kbd">0</kbd>{" "}
          zoom
        </span>
        <span>
          <kbd className="kbd">f</kbd> fold idle
        </span>
        <span>
          <kbd className="kbd">a</kbd> add a note
        </span>
        <span>
          <kbd className="kbd">y</kbd> copy link
        </span>
        <span>
          <kbd className="kbd">?</kbd> all shortcuts
        </span>
        <span className="ml-auto">
          {zone === "UTC"
            ? "Times in UTC."
            : `Times in ${zoneName(model.bounds.from, zone)}. Hover for UTC.`}
        </span>
      </footer>
    </>
  );
}

/** As long a part of the session as before, with a moment in its middle. */
function windowAround(window: Span, at: number, bounds: Span): Span {
  const half = (window.to - window.from) / 2;
  const from = Math.max(bounds.from, Math.min(at - half, bounds.to - 2 * half));
  return { from, to: from + 2 * half };
}
