"use client";

import type { Step, TimelineModel } from "@/lib/view/timeline";
import { laneParts, leastMark, type PlotLayout } from "@/lib/view/timeline-layout";
import { connectorPath } from "@/lib/view/timeline-paths";
import type { TimeScale } from "@/lib/view/timeline-scale";
import { formatClock } from "@/lib/view/times";
import type { Frame } from "./frame";

/** The selected request: its time on the axis, its mark outlined, and for a hop the way it took and the lane that the cookie named. */
export function Selection({
  model,
  step,
  frame,
  scale,
  layout,
  zone,
}: {
  model: TimelineModel;
  step: Step | null;
  frame: Frame;
  scale: TimeScale;
  layout: PlotLayout;
  zone: string;
}) {
  if (!step || step.start < scale.from || step.start > scale.to) return null;
  const { turn, lanes, lanesSize, upright } = frame;
  const along = scale.at(step.start);
  const connector = layout.connectors.find(({ hop }) => hop.to === step.index);
  const named = step.intended.kind === "named" && step.differs ? step.intended.node : null;
  const namedLane = named === null ? -1 : layout.lanes.findIndex((lane) => lane.node === named);
  const time = formatClock(step.start, zone, upright ? "second" : "millisecond");
  const flag = upright
    ? { x: -83, y: along - 8, width: 54, height: 16 }
    : { x: Math.min(Math.max(along - 6, 0), scale.length - 88), y: -95, width: 88, height: 18 };
  return (
    <g className="tl-selection" pointerEvents="none">
      <path
        d={`M${turn.point(along, upright ? -4 : -62)}L${turn.point(along, lanesSize)}`}
        stroke="var(--accent)"
        strokeDasharray="2 2"
        opacity=".8"
      />
      {connector && (
        <path
          d={connectorPath(connector, lanes, turn)}
          fill="none"
          stroke="var(--accent)"
          strokeWidth="2.2"
          strokeDasharray={connector.hop.number === null ? "2 2.5" : undefined}
        />
      )}
      {namedLane >= 0 && (
        <rect
          {...turn.box(along, lanes.edge(namedLane) + laneParts.mark - 1, 13, 13)}
          rx="1.5"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="1.5"
          strokeDasharray="2.5 2"
        >
          <title>{`The cookie named ${named}`}</title>
        </rect>
      )}
      <Outline step={step} frame={frame} scale={scale} layout={layout} />
      <rect {...flag} rx="3" fill="var(--accent)" />
      <text
        x={flag.x + flag.width / 2}
        y={flag.y + flag.height / 2 + 4}
        textAnchor="middle"
        className="tl-time flag"
      >
        {time}
      </text>
      <title>{`Selected: request ${step.index + 1} of ${model.steps.length}`}</title>
    </g>
  );
}

export function Outline({
  step,
  frame,
  scale,
  layout,
  faint = false,
}: {
  step: Step | undefined;
  frame: Frame;
  scale: TimeScale;
  layout: PlotLayout;
  faint?: boolean;
}) {
  if (!step || step.start < scale.from || step.start > scale.to) return null;
  const lane = layout.lanes.findIndex((candidate) => candidate.node === step.lane);
  if (lane < 0) return null;
  const start = scale.at(step.start);
  const size = Math.max(Math.min(scale.at(step.end), scale.length) - start, leastMark);
  const mark = layout.marks.find(
    (one) =>
      one.lane === lane && one.look === step.look && start >= one.start - 0.5 && start <= one.end,
  );
  const row = mark?.row === 1 ? laneParts.secondRow : laneParts.mark;
  return (
    <rect
      {...frame.turn.box(
        start - 2,
        frame.lanes.edge(lane) + row - 2.5,
        size + 4,
        laneParts.markSize + 5,
      )}
      rx="2"
      fill="none"
      stroke={faint ? "var(--text)" : "var(--accent)"}
      strokeWidth={faint ? 1.2 : 1.8}
      pointerEvents="none"
    />
  );
}
