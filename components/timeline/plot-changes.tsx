"use client";

import { memo } from "react";
import { changeColour, changeWord } from "@/components/ui/change-mark";
import type { PlotLayout } from "@/lib/view/timeline-layout";
import type { Frame } from "./frame";

/** Deploys, reloads and the like: a line through the lanes with a mark at its foot. */
export const PlotChanges = memo(function PlotChanges({
  layout,
  frame,
}: {
  layout: PlotLayout;
  frame: Frame;
}) {
  const { turn, lanesSize } = frame;
  return layout.changes.map(({ along, change }) => (
    <g key={change.id}>
      <path
        d={`M${turn.point(Math.round(along) + 0.5, 0)}L${turn.point(Math.round(along) + 0.5, lanesSize)}`}
        stroke={changeColour(change.kind)}
        strokeDasharray="1 3"
      />
      <path
        d={`M${turn.point(along - 4, lanesSize)}L${turn.point(along + 4, lanesSize)}L${turn.point(along, lanesSize - 7)}Z`}
        fill={changeColour(change.kind)}
      />
      <title>{`${changeWord(change.kind)}: ${change.title}`}</title>
    </g>
  ));
});
