import { epochOf, type Instant } from "./times";

export interface JourneySegment {
  node: string;
  /** Of the strip's width, 0 to 1. */
  start: number;
  width: number;
}

/** Stays that begin closer than this, of the strip's width, are drawn over each other: the last one is seen. */
const finest = 1 / 256;

/** A session's way over the nodes, laid over the range that the page shows; what is too fine to see is left out. */
export function journeySegments(
  journey: { node: string; from: Instant; to: Instant }[],
  from: number,
  to: number,
): JourneySegment[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const segments: JourneySegment[] = [];
  journey.forEach((stay, index) => {
    const next = journey[index + 1];
    // A stay lasts until the next begins: the session belongs to a node between its requests too.
    const start = Math.max(epochOf(stay.from), from);
    const end = Math.min(next ? epochOf(next.from) : Math.max(epochOf(stay.to), start), to);
    if (end < from || start > to) return;
    const before = segments.at(-1);
    const begin = (start - from) / span;
    const hidden = before && begin - before.start < finest ? segments.pop() : undefined;
    const shown = hidden?.start ?? begin;
    segments.push({
      node: stay.node,
      start: shown,
      width: Math.max((end - from) / span - shown, 0),
    });
  });
  return segments;
}
