"use client";

import { memo, useMemo } from "react";
import { NoteChange } from "@/components/changes/note-change";
import { Button, IconButton } from "@/components/ui/button";
import { NodeMark } from "@/components/ui/node-mark";
import { Popover } from "@/components/ui/popover";
import type { TimelineModel } from "@/lib/view/timeline";
import { EventMark, type EventType, eventWord } from "./glyphs";
import { laneTitle } from "./plot-ground";
import type { TimelineState } from "./timeline-state";

const legendEvents: EventType[] = [
  "session.created",
  "session.retrieved",
  "session.updated",
  "session.missing",
  "session.destroyed",
  "session.expired",
];

/** The legend of what is drawn, and what changes the view. */
export const Toolbar = memo(function Toolbar({
  model,
  pool,
  state,
  onZoom,
  onNote,
}: {
  model: TimelineModel;
  pool: string;
  state: TimelineState;
  onZoom: (factor: number) => void;
  /** Null where nothing can be written. */
  onNote: (() => void) | null;
}) {
  const seen = useMemo(() => {
    const types = new Set<EventType>();
    for (const step of model.steps) for (const event of step.events) types.add(event.type);
    for (const event of model.stray) types.add(event.type);
    return types;
  }, [model]);
  return (
    <div className="tl-toolbar">
      <Legend events={legendEvents.filter((type) => seen.has(type))} />
      <span className="tl-tools">
        {onNote && (
          <>
            <NoteChange at={state.selected?.start ?? null} pool={pool} />
            <Button small icon="edit" title="Add a note here (a)" onClick={onNote}>
              Note
            </Button>
          </>
        )}
        <Lanes model={model} state={state} />
        <Button
          small
          look={state.fold ? "on" : "default"}
          aria-pressed={state.fold}
          title="Fold idle time over 5 s (f)"
          onClick={() => state.setFold(!state.fold)}
        >
          {state.fold ? "Idle folded" : "True time"}
        </Button>
        <fieldset className="seg sm" aria-label="Zoom">
          <IconButton
            icon="zoom-out"
            label="Zoom out (-)"
            onClick={() => onZoom(0.5)}
            disabled={state.whole}
          />
          <IconButton icon="zoom-in" label="Zoom in (+)" onClick={() => onZoom(2)} />
          <button
            type="button"
            title="Fit all (0)"
            disabled={state.whole}
            onClick={() => state.setWindow(null, "push")}
          >
            Fit
          </button>
        </fieldset>
      </span>
    </div>
  );
});

function Legend({ events }: { events: EventType[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls sideways on a narrow screen
    <section className="tl-legend" aria-label="Legend" tabIndex={0}>
      <span>
        <svg width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" rx="1" fill="var(--st-2xx)" />
        </svg>
        2xx
      </span>
      <span>
        <svg width="14" height="10" aria-hidden="true">
          <rect
            x=".6"
            y=".6"
            width="12.8"
            height="8.8"
            rx="1"
            fill="none"
            stroke="var(--st-3xx)"
            strokeWidth="1.3"
          />
        </svg>
        3xx
      </span>
      <span>
        <svg width="14" height="13" aria-hidden="true">
          <rect x="4" y="6" width="6" height="7" rx="1" fill="var(--st-4xx)" />
          <path d="M3 5h8L7 0Z" fill="var(--st-4xx)" />
        </svg>
        4xx
      </span>
      <span>
        <svg width="14" height="13" aria-hidden="true">
          <rect width="14" height="13" rx="1" fill="var(--st-5xx)" />
        </svg>
        5xx
      </span>
      <span className="text-fg-3 tl-wide">width = duration</span>
      {events.length > 0 && <i />}
      {events.map((type) => (
        <span key={type}>
          <EventMark type={type} />
          {eventWord(type)}
        </span>
      ))}
      <i />
      <span>
        <svg width="20" height="8" aria-hidden="true">
          <path d="M0 4h15M12 1l4 3-4 3" fill="none" stroke="var(--text)" strokeWidth="1.5" />
        </svg>
        hop
      </span>
      <span>
        <svg width="18" height="8" aria-hidden="true">
          <path d="M0 4h18" stroke="var(--text-3)" strokeWidth="1.3" strokeDasharray="2 2.5" />
        </svg>
        return
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <rect
            x="1"
            y="1"
            width="10"
            height="10"
            rx="1.5"
            fill="none"
            stroke="var(--accent)"
            strokeWidth="1.5"
            strokeDasharray="2.5 2"
          />
        </svg>
        cookie target
      </span>
    </section>
  );
}

function Lanes({ model, state }: { model: TimelineModel; state: TimelineState }) {
  if (model.lanes.length < 2) return null;
  const hiddenCount = model.lanes.filter((lane) => state.hidden.has(lane.node)).length;
  return (
    <Popover
      end
      className={`btn sm ${hiddenCount > 0 ? "on" : ""}`}
      trigger={
        hiddenCount > 0
          ? `${model.lanes.length - hiddenCount} of ${model.lanes.length} lanes`
          : "Lanes"
      }
    >
      {model.lanes.map((lane) => {
        const hidden = state.hidden.has(lane.node);
        const last = !hidden && model.lanes.length - hiddenCount === 1;
        return (
          <label key={lane.node} className="pop-row">
            <input
              type="checkbox"
              checked={!hidden}
              disabled={last}
              onChange={() => {
                const next = new Set(state.hidden);
                if (hidden) next.delete(lane.node);
                else next.add(lane.node);
                state.setHidden(next);
              }}
            />
            <NodeMark ordinal={lane.ordinal} />
            {laneTitle(lane.node)}
            <span className="ml-auto text-12 text-fg-3">{lane.requests}</span>
          </label>
        );
      })}
    </Popover>
  );
}
