"use client";

import { memo } from "react";
import { causeColour } from "@/components/ui/cause-chip";
import { nodeLook } from "@/lib/view/node-look";
import { laneParts, type PlotLayout, type RibbonPiece } from "@/lib/view/timeline-layout";
import {
  connectorGroups,
  connectorOpacity,
  connectorPath,
  markPaths,
  pathAcross,
  ribbonPaths,
} from "@/lib/view/timeline-paths";
import type { TimeScale } from "@/lib/view/timeline-scale";
import type { Frame } from "./frame";
import { Difference, EventGlyph, lookPaint } from "./glyphs";
import { LaneMark } from "./plot-ground";
import { bindingWords } from "./session-ink";

type OrdinalOf = (node: string) => number | null;

/**
 * The session itself as shapes: ribbons, its path over the lanes, marks, events. It comes with the page and stands on
 * paper; on a screen `PlotCanvas` takes its place.
 */
export const PlotSession = memo(function PlotSession({
  frame,
  layout,
  scale,
  ordinalOf,
}: {
  frame: Frame;
  layout: PlotLayout;
  scale: TimeScale;
  ordinalOf: OrdinalOf;
}) {
  const { turn, lanes, ribbons, upright } = frame;
  const threads = new Map<number, string>();
  for (const { lane, start, end } of layout.threads) {
    const across = pathAcross(lanes, lane);
    threads.set(
      lane,
      `${threads.get(lane) ?? ""}M${turn.point(start, across)}L${turn.point(end, across)}`,
    );
  }
  const crowd = connectorOpacity(layout.connectors.length, scale.length);
  return (
    <>
      <Ribbon
        pieces={layout.ribbons.intended}
        across={ribbons.intended}
        frame={frame}
        ordinalOf={ordinalOf}
      />
      <Ribbon
        pieces={layout.ribbons.landed}
        across={ribbons.landed}
        frame={frame}
        ordinalOf={ordinalOf}
      />
      {layout.unsent.map((along) => (
        <rect
          key={along}
          {...turn.box(along, ribbons.intended + 0.5, 3, ribbons.size - 1)}
          fill="none"
          stroke="var(--warn)"
          strokeDasharray="3 2"
        />
      ))}
      {!upright &&
        layout.bindings.map(({ along, node }) => (
          <text key={along} x={along + 8} y={ribbons.between + 3.5} className="tl-note soft">
            {bindingWords(node)}
          </text>
        ))}
      {layout.differences.map(({ along, lost }) => {
        const at = turn.box(along + 1.5, ribbons.between + (upright ? 0.5 : 0), 0, 0);
        return (
          <g key={along} transform={`translate(${at.x} ${at.y})${upright ? " scale(.8)" : ""}`}>
            <Difference lost={lost} />
          </g>
        );
      })}
      {[...threads].map(([lane, path]) => (
        <path
          key={lane}
          d={path}
          stroke={nodeLook(layout.lanes[lane]?.ordinal).colour}
          strokeWidth="1.5"
          opacity=".75"
        />
      ))}
      {connectorGroups(layout.connectors).map(({ cause, isReturn, connectors }) => (
        <path
          key={isReturn ? "return" : cause}
          d={connectors.map((one) => connectorPath(one, lanes, turn)).join("")}
          fill="none"
          stroke={isReturn ? "var(--text-3)" : causeColour(cause)}
          strokeWidth={isReturn ? 1.3 : 1.7}
          strokeDasharray={isReturn ? "2 2.5" : undefined}
          strokeLinejoin="round"
          opacity={crowd}
        />
      ))}
      {markPaths(layout.marks, lanes, turn).map(({ look, path }) => (
        <path key={look} d={path} {...lookPaint(look)} />
      ))}
      {layout.glyphs.map((glyph) => {
        const at = turn.box(glyph.along, lanes.edge(glyph.lane) + laneParts.glyph, 0, 0);
        return (
          <g
            key={`${glyph.lane} ${glyph.along} ${glyph.type}`}
            transform={`translate(${at.x} ${at.y})`}
          >
            <EventGlyph type={glyph.type} />
          </g>
        );
      })}
    </>
  );
});

function Ribbon({
  pieces,
  across,
  frame,
  ordinalOf,
}: {
  pieces: RibbonPiece[];
  across: number;
  frame: Frame;
  ordinalOf: OrdinalOf;
}) {
  const { turn, ribbons, upright } = frame;
  return (
    <>
      {ribbonPaths(pieces, across, ribbons.size, turn).map(({ node, stays, starts }) => {
        const { colour } = nodeLook(ordinalOf(node));
        return (
          <g key={node} fill={colour}>
            <path d={stays} opacity=".26" />
            <path d={starts} />
          </g>
        );
      })}
      {!upright &&
        pieces.map(({ node, start, end }) =>
          end - start > 18 ? (
            <g key={`${start} ${node}`}>
              <LaneMark ordinal={ordinalOf(node)} x={start + 7} y={across + 3.5} size={8} />
              {end - start > 24 + node.length * 6.2 && (
                <text x={start + 19} y={across + 11.5} className="tl-ribbon">
                  {node}
                </text>
              )}
            </g>
          ) : null,
        )}
    </>
  );
}
