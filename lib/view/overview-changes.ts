import type { ChangeKind } from "@/lib/domain/facts";
import type { ChangeMark } from "@/lib/schemas/results";
import { nodeBands } from "./node-bands";

/** A change as it is marked: several balancers may tell of the same one. */
export interface Mark {
  change: ChangeMark;
  /** How many reports it stands for. */
  reports: number;
}

/** Reports of one change (the same kind and node, within so many ms) as one mark, at the first of them. */
export function gatherChanges(changes: ChangeMark[], withinMs: number): Mark[] {
  const marks: Mark[] = [];
  const sorted = [...changes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const change of sorted) {
    const known = marks.find(
      (mark) =>
        mark.change.kind === change.kind &&
        mark.change.node === change.node &&
        (change.node !== null || mark.change.title === change.title) &&
        Date.parse(change.at) - Date.parse(mark.change.at) <= withinMs,
    );
    if (known) known.reports += 1;
    else marks.push({ change, reports: 1 });
  }
  return marks;
}

export interface LaidChange extends Mark {
  /** Of the plot's width, 0 to 1. */
  x: number;
  /** The row of its label, 0 or 1; null where there is no room and only the glyph shows. */
  row: 0 | 1 | null;
  /** The label stands left of its glyph, near the right edge. */
  flipped: boolean;
  /** Px that the label with its glyph may take, where there is not room for all of it. */
  room: number | null;
}

/** Whose label is written first; a node that came back needs none. */
const weights: Record<ChangeKind, number> = {
  "node-down": 0,
  config: 1,
  deploy: 1,
  scale: 2,
  other: 2,
  "node-drain": 3,
  "node-maintenance": 4,
  "node-up": Number.POSITIVE_INFINITY,
};

const gap = 6;
/** A label cut to less than this tells nothing. */
const leastRoom = 92;

type Taken = readonly (readonly [number, number])[];

/** Px free to the right and to the left of a point in a row. */
function roomAround(taken: Taken, at: number, plotWidth: number): { right: number; left: number } {
  if (taken.some(([from, to]) => at > from - gap && at < to + gap)) return { right: 0, left: 0 };
  const next = Math.min(plotWidth, ...taken.flatMap(([from]) => (from >= at ? [from - gap] : [])));
  const last = Math.max(0, ...taken.flatMap(([, to]) => (to <= at ? [to + gap] : [])));
  return { right: next - at, left: at - last };
}

/**
 * Places marks above a plot: labels in two rows without overlap, the weightier first, cut where only a part has room.
 * @param widthOf the width of a label with its glyph in px.
 * @param kept px at the right end of the lower row that belong to something else.
 */
export function layChanges(
  marks: Mark[],
  span: { from: number; to: number },
  plotWidth: number,
  widthOf: (change: ChangeMark) => number,
  kept = 0,
): LaidChange[] {
  const rows: [number, number][][] = [[], kept > 0 ? [[plotWidth - kept, plotWidth]] : []];
  const laid = marks
    .map((mark) => ({
      ...mark,
      x: (Date.parse(mark.change.at) - span.from) / (span.to - span.from),
    }))
    .filter(({ x }) => x >= 0 && x <= 1)
    .sort((a, b) => weights[a.change.kind] - weights[b.change.kind] || a.x - b.x)
    .map((mark): LaidChange => {
      const at = mark.x * plotWidth;
      const width = widthOf(mark.change);
      const leaves = at + width > plotWidth;
      const places = ([0, 1] as const).flatMap((row) => {
        const { right, left } = roomAround(rows[row] ?? [], at, plotWidth);
        return leaves
          ? [
              { row, flipped: true, room: left },
              { row, flipped: false, room: right },
            ]
          : [{ row, flipped: false, room: right }];
      });
      const widest = places.reduce((best, place) => (place.room > best.room ? place : best));
      const place = places.find(({ room }) => room >= width) ?? widest;
      const isUnlabelled = weights[mark.change.kind] === Number.POSITIVE_INFINITY;
      if (isUnlabelled || place.room < Math.min(width, leastRoom))
        return { ...mark, row: null, flipped: leaves, room: null };
      const taken = Math.min(width, place.room);
      rows[place.row]?.push(place.flipped ? [at - taken, at] : [at, at + taken]);
      return {
        ...mark,
        row: place.row,
        flipped: place.flipped,
        room: taken < width ? taken : null,
      };
    });
  return withoutCrowd(
    laid.sort((a, b) => a.x - b.x),
    plotWidth,
  );
}

const glyphWidth = 9;

/** Of glyphs without a label that would lie on one another the first stays, and each of a node that went down. */
function withoutCrowd(laid: LaidChange[], plotWidth: number): LaidChange[] {
  let last = Number.NEGATIVE_INFINITY;
  return laid.filter(({ x, row, change }) => {
    if (row !== null) return true;
    const at = x * plotWidth;
    if (at - last < glyphWidth && change.kind !== "node-down") return false;
    last = at;
    return true;
  });
}

/** Spans, 0 to 1 of the plot, in which a node was down. An open end reaches the plot's. */
export function downSpans(
  changes: ChangeMark[],
  span: { from: number; to: number },
): { node: string; start: number; end: number }[] {
  const share = (at: number) => Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
  return nodeBands(changes)
    .filter(({ kind }) => kind === "down")
    .map(({ node, from, to }) => ({ node, start: share(from), end: share(to ?? span.to) }))
    .filter(({ start, end }) => end > start);
}
