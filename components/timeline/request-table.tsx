"use client";

import "./request-table.css";
import { memo, useMemo } from "react";
import { CauseChip } from "@/components/ui/cause-chip";
import { NodeName } from "@/components/ui/node-mark";
import { Segmented } from "@/components/ui/segmented";
import { Empty } from "@/components/ui/states";
import { Status } from "@/components/ui/table";
import { useWindowRows } from "@/lib/browser/window-rows";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import { chiefEvent, type Step, type TimelineModel } from "@/lib/view/timeline";
import type { Span } from "@/lib/view/timeline-scale";
import { type StepFilter, stepMatches, stepsIn } from "@/lib/view/timeline-steps";
import { formatClock, formatUtc, zoneName } from "@/lib/view/times";
import { Difference, EventMark, eventWord } from "./glyphs";

const rowHeight = 27;

/** The requests in view, one a row: what the plot draws, in words. Only the rows on the screen are in the page. */
export const RequestTable = memo(function RequestTable({
  model,
  selected,
  select,
  filter,
  setFilter,
  window,
  zone,
  hovered,
  onHover,
}: {
  model: TimelineModel;
  selected: Step | null;
  select: (step: Step | null) => void;
  filter: StepFilter;
  setFilter: (filter: StepFilter) => void;
  /** The part of the session whose requests are listed. */
  window: Span;
  zone: string;
  hovered: number | null;
  onHover: (step: number | null) => void;
}) {
  const inView = useMemo(() => stepsIn(model, window), [model, window]);
  const counts = useMemo(() => {
    const count = (filter: StepFilter) => inView.filter((step) => stepMatches(step, filter)).length;
    return { hops: count("hops"), missing: count("missing"), errors: count("errors") };
  }, [inView]);
  const rows = useMemo(() => inView.filter((step) => stepMatches(step, filter)), [inView, filter]);
  const longest = useMemo(
    () => rows.reduce((most, step) => Math.max(most, step.request.durationMs ?? 0), 1),
    [rows],
  );
  const options = [
    { value: "all" as const, label: "All" },
    { value: "hops" as const, label: `Bounces ${formatCount(counts.hops)}` },
    { value: "missing" as const, label: `Missing ${formatCount(counts.missing)}` },
    { value: "errors" as const, label: `4xx 5xx ${formatCount(counts.errors)}` },
  ];

  return (
    <section className="tl-requests" aria-labelledby="requests-heading">
      <div className="panel-head">
        <h2 id="requests-heading">Requests</h2>
        <span className="text-12 text-fg-2">
          {inView.length === model.steps.length
            ? formatCount(inView.length)
            : `${formatCount(inView.length)} in view of ${formatCount(model.steps.length)}`}
        </span>
        <span className="ml-auto pl-2">
          <Segmented
            small
            label="Show requests"
            options={options}
            value={filter}
            onChange={setFilter}
          />
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty title="No such requests in view">
          {`${formatCount(inView.length)} ${inView.length === 1 ? "request" : "requests"} checked.`}
        </Empty>
      ) : (
        <Rows
          rows={rows}
          model={model}
          selected={selected}
          select={select}
          zone={zone}
          longest={longest}
          hovered={hovered}
          onHover={onHover}
        />
      )}
    </section>
  );
});

function Rows({
  rows,
  model,
  selected,
  select,
  zone,
  longest,
  hovered,
  onHover,
}: {
  rows: Step[];
  model: TimelineModel;
  selected: Step | null;
  select: (step: Step | null) => void;
  zone: string;
  longest: number;
  hovered: number | null;
  onHover: (step: number | null) => void;
}) {
  const { virtual, box, above, below } = useWindowRows(rows.length, rowHeight);
  const ordinalOf = useMemo(() => {
    const ordinals = new Map(model.lanes.map((lane) => [lane.node, lane.ordinal]));
    return (node: string) => ordinals.get(node) ?? null;
  }, [model.lanes]);
  const zoneLabel = zoneName(model.bounds.from, zone);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Requests in view" ref={box}>
      <table className="table tl-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">
          Requests in order of their start, with the node that the cookie named and the node reached
        </caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="num">
              #
            </th>
            <th scope="col">{`Time (${zoneLabel})`}</th>
            <th scope="col">LB</th>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col" className="num">
              Duration
            </th>
            <th scope="col" aria-label="Duration drawn" />
            <th scope="col">Cookie named</th>
            <th scope="col" aria-label="Same or not" />
            <th scope="col">Landed on</th>
            <th scope="col">Hop</th>
            <th scope="col">App session</th>
            <th scope="col" title="The balancer's own word for how the request ended">
              Flags
            </th>
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Gap height={above} />}
          {virtual.getVirtualItems().map((item) => {
            const step = rows[item.index];
            return step ? (
              <Row
                key={step.request.id}
                step={step}
                place={item.index}
                zone={zone}
                longest={longest}
                selected={selected?.index === step.index}
                hovered={hovered === step.index}
                onSelect={select}
                onHover={onHover}
                ordinalOf={ordinalOf}
              />
            ) : null;
          })}
          {below > 0 && <Gap height={below} />}
        </tbody>
      </table>
    </section>
  );
}

function Gap({ height }: { height: number }) {
  return (
    <tr>
      <td colSpan={13} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

const Row = memo(function Row({
  step,
  place,
  zone,
  longest,
  selected,
  hovered,
  onSelect,
  onHover,
  ordinalOf,
}: {
  step: Step;
  place: number;
  zone: string;
  longest: number;
  selected: boolean;
  hovered: boolean;
  onSelect: (step: Step | null) => void;
  onHover: (step: number | null) => void;
  ordinalOf: (node: string) => number | null;
}) {
  const { request, intended, hop } = step;
  const event = chiefEvent(step.events);
  const path = request.path ?? "–";
  return (
    <tr
      aria-rowindex={place + 2}
      className={`link-row ${hovered ? "hovered" : ""} ${selected ? "selected" : ""}`}
      onMouseEnter={() => onHover(step.index)}
      onMouseLeave={() => onHover(null)}
    >
      <td className="num text-fg-3">{step.index + 1}</td>
      <td className="mono" title={formatUtc(step.start)}>
        {formatClock(step.start, zone, "millisecond")}
      </td>
      <td className="text-fg-2">{request.lb}</td>
      <td className="tl-path" title={path}>
        <button
          type="button"
          className="cover"
          aria-pressed={selected}
          onClick={() => onSelect(selected ? null : step)}
        >
          <span className="tl-method text-fg-3">{request.method ?? ""} </span>
          <span className="mono">{path}</span>
        </button>
      </td>
      <td>
        <Status status={request.status} />
      </td>
      <td className="num">{formatDuration(request.durationMs)}</td>
      <td className="tl-bar-cell">
        <span
          className={`tl-bar ${step.look}`}
          style={{ width: barWidth(request.durationMs, longest) }}
        />
      </td>
      <td>
        {intended.kind === "named" && (
          <NodeName name={intended.node} ordinal={ordinalOf(intended.node)} />
        )}
        {intended.kind === "unsent" && <span className="text-warn">not sent</span>}
        {intended.kind === "untold" && <span className="text-fg-3">–</span>}
        {step.sets !== null && (
          <span className="pl-1 text-11 text-fg-3">{`set ${step.sets.slice(0, 14)}`}</span>
        )}
      </td>
      <td className="tl-same">
        {intended.kind === "named" &&
          (step.differs ? (
            <svg width="10" height="10" viewBox="-6 -6 12 12" role="img" aria-label="is not">
              <Difference lost={step.loss !== null} />
            </svg>
          ) : (
            <span className="text-fg-3">=</span>
          ))}
      </td>
      <td>
        {request.node === null ? (
          <span className="text-fg-3">no node</span>
        ) : (
          <NodeName name={request.node} ordinal={ordinalOf(request.node)} />
        )}
      </td>
      <td>
        {hop && hop.number !== null && (
          <span className="flex items-center gap-1.5">
            <span className="tl-hop">{hop.number}</span>
            <CauseChip cause={hop.bounce.cause} />
          </span>
        )}
        {hop && hop.number === null && (
          <span className="text-fg-2">
            {hop.returnOf === 0 ? "return" : `return from ${hop.returnOf}`}
          </span>
        )}
      </td>
      <td>
        {event ? (
          <span
            className={`flex items-center gap-1.5 ${event.type === "session.missing" ? "text-bad" : "text-fg-2"}`}
          >
            <EventMark type={event.type} />
            {eventWord(event.type)}
          </span>
        ) : (
          step.loss && <span className="text-bad">lost</span>
        )}
      </td>
      <td className="mono text-fg-3">{request.termination ?? ""}</td>
    </tr>
  );
});

/** By the square root, so that both 50 ms and 5 s can be told apart. */
function barWidth(ms: number | null, longest: number): number {
  if (ms === null) return 0;
  return Math.max(3, Math.sqrt(ms / longest) * 48);
}
