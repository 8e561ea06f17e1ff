"use client";

import type { Annotation } from "@/lib/schemas/results";
import type { PlotLayout } from "@/lib/view/timeline-layout";
import { formatClock } from "@/lib/view/times";
import type { Frame } from "./frame";

/** Each note as a numbered mark where it stands, and a line through the lanes. */
export function NoteMarks({
  layout,
  frame,
  zone,
  chosen,
  onChoose,
}: {
  layout: PlotLayout;
  frame: Frame;
  zone: string;
  chosen: string | null;
  onChoose: (note: Annotation) => void;
}) {
  const { turn, lanesSize, upright } = frame;
  return layout.notes.map(({ along, note, number }) => {
    const box = turn.box(along - 7, upright ? lanesSize - 15 : -12.5, 14, 13);
    const name = `Note ${number}, ${formatClock(note.at, zone)}${note.author ? `, ${note.author}` : ""}: ${note.text}`;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a button element cannot be drawn within SVG
      <g
        key={note.id}
        className={`tl-note-mark ${note.id === chosen ? "chosen" : ""}`}
        role="button"
        tabIndex={0}
        aria-label={name}
        aria-pressed={note.id === chosen}
        onClick={() => onChoose(note)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          onChoose(note);
        }}
      >
        <title>{name}</title>
        <path d={`M${turn.point(along, 0)}L${turn.point(along, lanesSize)}`} />
        <rect {...box} rx="3" />
        <text x={box.x + box.width / 2} y={box.y + box.height / 2 + 3.6} textAnchor="middle">
          {number}
        </text>
      </g>
    );
  });
}
