import type { ChangeMark } from "@/lib/schemas/results";

export interface LaidChange {
  change: ChangeMark;
  /** Of the plot's width, 0 to 1. */
  x: number;
  /** The row of its label, 0 or 1; null where there is no room and only the glyph shows. */
  row: 0 | 1 | null;
  /** The label stands left of its glyph, near the right edge. */
  flipped: boolean;
}

/**
 * Places the marks of changes above a plot, in two rows without overlap.
 * @param widthOf the width of a label with its glyph in px.
 */
export function layChanges(
  changes: ChangeMark[],
  span: { from: number; to: number },
  plotWidth: number,
  widthOf: (change: ChangeMark) => number,
): LaidChange[] {
  const ends = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const inside = changes
    .map((change) => ({ change, x: (Date.parse(change.at) - span.from) / (span.to - span.from) }))
    .filter(({ x }) => x >= 0 && x <= 1)
    .sort((a, b) => a.x - b.x);
  return inside.map(({ change, x }) => {
    const at = x * plotWidth;
    const width = widthOf(change);
    const flipped = at + width > plotWidth;
    const start = flipped ? at - width : at;
    const row = ends.findIndex((end) => start > end + 6);
    if (row < 0 || start < 0) return { change, x, row: null, flipped };
    ends[row] = start + width;
    return { change, x, row: row === 0 ? 0 : 1, flipped };
  });
}

/** Spans, 0 to 1 of the plot, in which a node was down. An open end reaches the plot's. */
export function downSpans(
  changes: ChangeMark[],
  span: { from: number; to: number },
): { node: string; start: number; end: number }[] {
  const share = (at: number) => Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from)));
  const open = new Map<string, number>();
  const spans: { node: string; start: number; end: number }[] = [];
  const sorted = [...changes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const change of sorted) {
    if (change.node === null) continue;
    const key = `${change.pool ?? ""}/${change.node}`;
    const at = Date.parse(change.at);
    if (change.kind === "node-down" && !open.has(key)) open.set(key, at);
    if (change.kind === "node-up") {
      const from = open.get(key);
      if (from !== undefined) spans.push({ node: change.node, start: share(from), end: share(at) });
      open.delete(key);
    }
  }
  for (const [key, from] of open)
    spans.push({ node: key.slice(key.indexOf("/") + 1), start: share(from), end: 1 });
  return spans.filter(({ start, end }) => end > start);
}
