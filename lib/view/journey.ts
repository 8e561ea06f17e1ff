import { epochOf, type Instant } from "./times";

export interface JourneySegment {
  node: string;
  /** Of the strip's width, 0 to 1. */
  start: number;
  width: number;
}

/** A session's way over the nodes, laid over the range that the page shows. */
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
    segments.push({
      node: stay.node,
      start: (start - from) / span,
      width: Math.max((end - start) / span, 0),
    });
  });
  return segments;
}
