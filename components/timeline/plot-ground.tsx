"use client";

import { memo } from "react";
import type { KnownNodes } from "@/lib/browser/node-ordinals";
import { nodeLook, nodeShapePaths } from "@/lib/view/node-look";
import { countOf, formatDuration } from "@/lib/view/numbers";
import { type Lane, noNode } from "@/lib/view/timeline";
import type { PlotLayout } from "@/lib/view/timeline-layout";
import { axisTicks, type TimeScale, tickStep } from "@/lib/view/timeline-scale";
import { formatClock, type Precision, zoneName } from "@/lib/view/times";
import type { Frame } from "./frame";

/** A node's shape within a drawing; `x` and `y` are its near corner. */
export function LaneMark({
  ordinal,
  x,
  y,
  size = 11,
}: {
  ordinal: number | null;
  x: number;
  y: number;
  size?: number;
}) {
  const look = nodeLook(ordinal);
  return (
    <path
      d={nodeShapePaths[look.shape]}
      transform={`translate(${x} ${y}) scale(${size / 12})`}
      fill={look.outlined ? "none" : look.colour}
      stroke={look.colour}
      strokeWidth={look.outlined ? 1.6 : 0}
    />
  );
}

export function laneTitle(node: string): string {
  return node === noNode ? "no node" : node;
}

export function laneNote(lane: Lane, to: number): { text: string; tone: "" | "bad" | "warn" } {
  const since =
    lane.stateSince === null ? "" : ` ${formatDuration(Math.max(to - lane.stateSince, 0))}`;
  if (lane.state === "down") return { text: `down${since}`, tone: "bad" };
  if (lane.state === "drain") return { text: "draining", tone: "warn" };
  if (lane.state === "maintenance") return { text: "maintenance", tone: "warn" };
  return { text: countOf(lane.requests, "request"), tone: "" };
}

/** Dots of more folds than this take a browser longer to paint than all the rest. */
const mostDotted = 20;

/** What lies under the session: lanes with their names, folds, the axis, node states. */
export const PlotGround = memo(function PlotGround({
  frame,
  layout,
  scale,
  zone,
  now,
  known,
  id,
  flagAt,
}: {
  frame: Frame;
  layout: PlotLayout;
  scale: TimeScale;
  zone: string;
  now: number;
  /** Where on the axis the selected request's time stands, in pixels. */
  flagAt: number | null;
  known: Pick<KnownNodes, "shortOf">;
  id: string;
}) {
  const { turn, origin, upright, lanes, lanesSize } = frame;
  const near = upright ? -30 : -62;
  return (
    <>
      <defs>
        <pattern
          id={`${id}-drain`}
          width="7"
          height="7"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V7" stroke="var(--warn)" strokeWidth="1" opacity=".35" />
        </pattern>
        <pattern id={`${id}-down`} width="5" height="5" patternUnits="userSpaceOnUse">
          <path d="M0 5 5 0" stroke="var(--bad)" strokeWidth=".8" opacity=".3" />
        </pattern>
      </defs>
      <g transform={`translate(${origin.x} ${origin.y})`}>
        <path
          d={scale.folds
            .map(
              ({ start, end }) =>
                `M${turn.point(start, near)}L${turn.point(end, near)}L${turn.point(end, lanesSize)}L${turn.point(start, lanesSize)}Z`,
            )
            .join("")}
          fill="var(--canvas)"
        />
      </g>
      {layout.lanes.map((lane, index) =>
        upright ? (
          <g key={lane.node}>
            <LaneMark
              ordinal={lane.ordinal}
              x={origin.x + (index + 0.5) * frame.pitch - 12}
              y={6}
            />
            <text
              className="tl-lane"
              x={origin.x + (index + 0.5) * frame.pitch - 6}
              y={32}
              textAnchor="middle"
            >
              {lane.node === noNode ? "none" : fitted(lane.node, frame.pitch, known)}
              <title>{laneTitle(lane.node)}</title>
            </text>
            <path
              className="tl-line"
              d={`M${origin.x + index * frame.pitch} 40V${frame.height - 16}`}
            />
          </g>
        ) : (
          <LaneName key={lane.node} lane={lane} y={origin.y + lanes.edge(index)} now={now} />
        ),
      )}
      {!upright && <path className="tl-line" d={`M0 34.5H${frame.width}`} />}
      {!upright && (
        <g className="tl-faint">
          <text x="16" y="13">
            {zoneName(scale.from, zone)}
          </text>
          <text x="16" y="53.5" className="tl-soft">
            Cookie names
          </text>
          <text x="16" y="79.5" className="tl-soft">
            Landed on
          </text>
        </g>
      )}
      {upright && (
        <g className="tl-faint">
          <text x="4" y="30">
            {zoneName(scale.from, zone)}
          </text>
          <text x={origin.x + frame.ribbons.intended + 3.5} y="38" textAnchor="middle">
            C<title>Cookie names</title>
          </text>
          <text x={origin.x + frame.ribbons.landed + 3.5} y="38" textAnchor="middle">
            L<title>Landed on</title>
          </text>
        </g>
      )}
      <g transform={`translate(${origin.x} ${origin.y})`}>
        <Bands layout={layout} frame={frame} zone={zone} id={id} />
        <path
          className={`tl-fold ${scale.folds.length > mostDotted ? "many" : ""}`}
          d={scale.folds
            .flatMap(({ start, end }) => [start, end])
            .map((edge) => `M${turn.point(edge, near)}L${turn.point(edge, lanesSize)}`)
            .join("")}
        />
        <Axis scale={scale} frame={frame} zone={zone} flagAt={flagAt} />
      </g>
    </>
  );
});

function fitted(name: string, room: number, known: Pick<KnownNodes, "shortOf">): string {
  return name.length * 6.6 <= room ? name : known.shortOf(name);
}

const LaneName = memo(function LaneName({ lane, y, now }: { lane: Lane; y: number; now: number }) {
  const note = laneNote(lane, now);
  return (
    <g>
      <path className="tl-line" d={`M0 ${y + 0.5}H9999`} />
      <LaneMark ordinal={lane.ordinal} x={16} y={y + 12} size={11.5} />
      <text x="34" y={y + 21.5} className="tl-lane">
        {cut(laneTitle(lane.node), 14)}
        <title>{laneTitle(lane.node)}</title>
      </text>
      <text x="34" y={y + 36} className={`tl-note ${note.tone}`}>
        {note.text}
      </text>
    </g>
  );
});

/** The end of a long name tells nodes apart better than its beginning. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `…${text.slice(1 - most)}`;
}

function Bands({
  layout,
  frame,
  zone,
  id,
}: {
  layout: PlotLayout;
  frame: Frame;
  zone: string;
  id: string;
}) {
  const { turn, lanes, upright } = frame;
  return layout.bands.map(({ band, lane, start, end }) => {
    const down = band.kind === "down";
    const colour = down ? "var(--bad)" : "var(--warn)";
    const box = turn.box(start, lanes.edge(lane) + 1, end - start, lanes.size - 1);
    const word = { down: "down", drain: "draining", maintenance: "maintenance" }[band.kind];
    const roomy = upright ? end - start > 18 && lanes.size > 44 : end - start > 92;
    return (
      <g key={`${band.node} ${band.from} ${band.kind}`}>
        <rect {...box} fill={down ? "var(--bad-wash)" : "var(--warn-wash)"} />
        <rect {...box} fill={`url(#${id}-${down ? "down" : "drain"})`} />
        <path
          d={`M${turn.point(start + 0.5, lanes.edge(lane) + 1)}L${turn.point(start + 0.5, lanes.edge(lane) + lanes.size)}`}
          stroke={colour}
          shapeRendering="crispEdges"
        />
        <title>{`${band.title}, ${formatClock(band.from, zone)}${band.open ? "" : ` to ${formatClock(band.to, zone)}`}`}</title>
        {roomy && !upright && (
          <>
            <text
              x={start + 8}
              y={lanes.edge(lane) + 31}
              className="tl-band"
              style={{ fill: colour }}
            >
              {`${word} ${formatClock(band.from, zone)}`}
            </text>
            {!band.open && (
              <text x={start + 8} y={lanes.edge(lane) + 43} className="tl-note soft">
                {`for ${formatDuration(band.to - band.from)}`}
              </text>
            )}
          </>
        )}
        {roomy && upright && (
          <text
            x={lanes.edge(lane) + lanes.size / 2}
            y={start + 14}
            textAnchor="middle"
            className="tl-band"
            style={{ fill: colour }}
          >
            {down ? "down" : "drain"}
          </text>
        )}
      </g>
    );
  });
}

function Axis({
  scale,
  frame,
  zone,
  flagAt,
}: {
  scale: TimeScale;
  frame: Frame;
  zone: string;
  flagAt: number | null;
}) {
  const { upright } = frame;
  const fine = tickStep(scale.pxPerMs, 32) < 1000 && !upright;
  const room = upright ? 20 : fine ? 98 : 76;
  const { ticks } = axisTicks(
    scale,
    room,
    flagAt === null ? null : { from: flagAt - (upright ? 6 : 8), to: flagAt + (upright ? 14 : 88) },
  );
  const precision: Precision = fine ? "millisecond" : "second";
  let before = "";
  const labelOf = (at: number): string => {
    const label = formatClock(at, zone, precision);
    if (label === before) return "";
    before = label;
    return label;
  };
  return (
    <g>
      {!upright && (
        <path
          className="tl-tick"
          d={ticks.map(({ px }) => `M${Math.round(px) + 0.5} -62v-5`).join("")}
        />
      )}
      {ticks.map(
        ({ at, px, labelled }) =>
          labelled && (
            <text
              key={at}
              className="tl-time"
              x={upright ? -80 : Math.min(px, scale.length - (fine ? 80 : 52))}
              y={upright ? px + 4 : -83}
            >
              {labelOf(at)}
            </text>
          ),
      )}
      {scale.folds.map(({ from, to, start, end }) =>
        upright
          ? end - start > 14 && (
              <text key={from} x={-80} y={(start + end) / 2 + 4} className="tl-note">
                {formatDuration(to - from)}
              </text>
            )
          : end - start >= 34 && (
              <text
                key={from}
                x={(start + end) / 2}
                y={-70}
                textAnchor="middle"
                className="tl-note"
              >
                {formatDuration(to - from)}
              </text>
            ),
      )}
      {!upright && <FoldMarks folds={scale.folds} />}
    </g>
  );
}

/** Breaks in the axis' line. */
function FoldMarks({ folds }: { folds: TimeScale["folds"] }) {
  return (
    <>
      <path
        d={folds.map(({ start, end }) => `M${start} -62H${end}`).join("")}
        stroke="var(--canvas)"
        strokeWidth="3"
      />
      <path
        d={folds
          .map(({ start, end }) => {
            const middle = (start + end) / 2;
            const third = (end - start) / 3;
            return end - start < 20
              ? `M${start} -62l${third} -3 ${third} 6 ${third} -3`
              : `M${start} -62H${middle - 7}l3-3 4 6 4-6 3 3H${end}`;
          })
          .join("")}
        fill="none"
        stroke="var(--control)"
        strokeLinejoin="round"
      />
    </>
  );
}
