"use client";

import { memo } from "react";
import { causeColour } from "@/components/ui/cause-chip";
import { hopTitle, type Step, type TimelineModel } from "@/lib/view/timeline";
import type { Pill } from "@/lib/view/timeline-pills";
import { formatClock } from "@/lib/view/times";

/** The hops' numbered buttons. */
export const Pills = memo(function Pills({
  model,
  pills,
  selected,
  zone,
  onSelect,
}: {
  model: TimelineModel;
  pills: readonly Pill[];
  selected: Step | null;
  zone: string;
  onSelect: (step: Step | null) => void;
}) {
  return pills.map(({ connector, named, ...pill }) => {
    const { hop } = connector;
    const chosen = selected?.hop?.bounce.id === hop.bounce.id;
    const name = `Hop ${hop.number}: ${hop.bounce.cause}, ${hop.bounce.from} to ${hop.bounce.to} at ${formatClock(hop.bounce.at, zone, "millisecond")}`;
    const choose = () => onSelect(model.steps[hop.to] ?? null);
    const digits = String(hop.number).length * 7;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a button element cannot be drawn within SVG
      <g
        key={hop.bounce.id}
        className={`tl-pill ${chosen ? "chosen" : ""}`}
        role="button"
        tabIndex={0}
        aria-label={name}
        aria-pressed={chosen}
        onClick={choose}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          choose();
        }}
      >
        <title>{`${hopTitle(hop, model.hops)}: ${hop.bounce.cause}`}</title>
        <rect {...pill} rx="4" />
        <text x={pill.x + 7} y={pill.y + 15} className="number">
          {hop.number}
        </text>
        {named && (
          <>
            <rect
              className="cause-square"
              x={pill.x + 12 + digits}
              y={pill.y + 7}
              width="8"
              height="8"
              rx="2"
              fill={causeColour(hop.bounce.cause)}
            />
            <text x={pill.x + 24 + digits} y={pill.y + 15}>
              {hop.bounce.cause}
            </text>
          </>
        )}
      </g>
    );
  });
});
