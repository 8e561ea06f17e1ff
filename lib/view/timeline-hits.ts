/** What lies under a pointer on the plot. */
import type { ChangeMark } from "@/lib/schemas/results";
import type { Hop } from "./timeline";
import { type Glyph, laneParts, type Mark, type PlotLayout } from "./timeline-layout";
import { crossing, type LaneSpace, markBox, pathAcross } from "./timeline-paths";

export type PlotHit =
  | { kind: "hop"; hop: Hop }
  | { kind: "mark"; mark: Mark }
  | { kind: "glyph"; glyph: Glyph }
  | { kind: "change"; change: ChangeMark };

/** Marks of one lane in order of their start, and the length of the longest. */
interface LaneMarks {
  marks: Mark[];
  longest: number;
}

const marksOfLayout = new WeakMap<PlotLayout, Map<number, LaneMarks>>();

/** Made at the first question and kept with its layout: a pointer asks with every picture. */
function marksByLane(layout: PlotLayout): Map<number, LaneMarks> {
  const known = marksOfLayout.get(layout);
  if (known) return known;
  const lanes = new Map<number, LaneMarks>();
  for (const mark of layout.marks) {
    const lane = lanes.get(mark.lane) ?? { marks: [], longest: 0 };
    lane.marks.push(mark);
    lane.longest = Math.max(lane.longest, mark.end - mark.start);
    lanes.set(mark.lane, lane);
  }
  for (const lane of lanes.values()) lane.marks.sort((a, b) => a.start - b.start);
  marksOfLayout.set(layout, lanes);
  return lanes;
}

/** A mark before an event before a hop's line before a change: what is smallest is hardest to reach. */
export function hitPlot(
  layout: PlotLayout,
  lanes: LaneSpace,
  along: number,
  across: number,
): PlotHit | null {
  const mark = markAt(layout, lanes, along, across);
  if (mark) return { kind: "mark", mark };
  for (const glyph of layout.glyphs) {
    const middle = lanes.edge(glyph.lane) + laneParts.glyph;
    if (Math.abs(along - glyph.along) <= 6 && Math.abs(across - middle) <= 7)
      return { kind: "glyph", glyph };
  }
  for (const connector of layout.connectors) {
    const at = connector.hop.number === null ? connector.end : crossing(connector);
    if (Math.abs(along - at) > 4) continue;
    const from = pathAcross(lanes, connector.fromLane);
    const to = pathAcross(lanes, connector.toLane);
    if (across >= Math.min(from, to) - 2 && across <= Math.max(from, to) + 2)
      return { kind: "hop", hop: connector.hop };
  }
  const change = layout.changes.find((candidate) => Math.abs(candidate.along - along) <= 3);
  return change ? { kind: "change", change: change.change } : null;
}

/** The one drawn last of those that lie there. */
function markAt(
  layout: PlotLayout,
  lanes: LaneSpace,
  along: number,
  across: number,
): Mark | undefined {
  for (const [lane, { marks, longest }] of marksByLane(layout)) {
    const edge = lanes.edge(lane);
    if (across < edge || across > edge + lanes.size) continue;
    for (let index = lastBefore(marks, along + 2); index >= 0; index--) {
      const mark = marks[index];
      if (!mark || mark.start + longest < along - 2) break;
      const box = markBox(mark, lanes);
      if (
        along <= box.along + box.alongSize + 2 &&
        across >= box.across - 1 &&
        across <= box.across + box.acrossSize + 1
      )
        return mark;
    }
  }
  return undefined;
}

/** Index of the last mark that starts at a place or before it; -1 where none does. */
function lastBefore(marks: readonly Mark[], along: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.start ?? 0) <= along) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
