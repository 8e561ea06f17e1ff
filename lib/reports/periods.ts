import { endOfSpans, grainMs, grainOfStep, type Segment, segmentsOf } from "@/lib/domain/spans";
import { segmentLists } from "@/lib/store/read/segments";
import { minuteMs, type Steps, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";

/** A range with the period of the same length before it, as the questions about steps take it. */
export interface Periods {
  before: number;
  /** Where the period before ends: at the range's beginning, or less than a span before it. */
  until: number;
  from: number;
  to: number;
  /** From the period before to the range. */
  length: number;
  start: number;
  step: number;
}

/**
 * The period before lies so far back that its steps fall on spans as the
 * range's do: by the range's length, rounded up to a whole span.
 */
export function periodsOf(range: AbsoluteRange, steps: Steps): Periods {
  return laid(range, range.to - range.from, steps);
}

/** The same over whole minutes, for what is counted by the minute. */
export function minutePeriodsOf(range: AbsoluteRange, steps: Steps): Periods {
  const minutes = wholeMinutes(range);
  const grain = grainOfStep(steps.step);
  const { from, to } = grain === 1 ? minutes : range;
  return laid(minutes, to - from, steps);
}

function laid(range: AbsoluteRange, least: number, steps: Steps): Periods {
  const grain = grainOfStep(steps.step);
  const length = grain === 1 ? least : Math.ceil(least / grainMs(grain)) * grainMs(grain);
  const before = range.from - length;
  const until = Math.min(range.to - length, range.from);
  return { before, until, ...range, length, start: steps.start, step: steps.step };
}

/** Both periods, the one before first. */
function sidesOf({ before, until, from, to }: Periods): [boolean, AbsoluteRange][] {
  return [
    [true, { from: before, to: until }],
    [false, { from, to }],
  ];
}

function sided(sides: readonly (readonly [boolean, readonly Segment[]])[]) {
  return {
    befores: sides.flatMap(([before, segments]) => segments.map(() => before)),
    ...segmentLists(sides.flatMap(([, segments]) => segments)),
  };
}

/** The segments that make up periods of whole minutes, and how they are laid over each other. */
export function segmentsOfPeriods(periods: Periods) {
  const longest = grainOfStep(periods.step);
  const sides = sidesOf(periods).map(
    ([before, { from, to }]) => [before, segmentsOf(from, to, longest)] as const,
  );
  return { ...sided(sides), ...laidOf(periods) };
}

/** The segments from the end of each period on, of whole minutes. */
export function segmentsAfter(periods: Periods) {
  const sides = sidesOf(periods).map(
    ([before, { to }]) => [before, segmentsOf(to, endOfSpans)] as const,
  );
  const { befores, grains, froms, tos } = sided(sides);
  return { laterBefores: befores, laterGrains: grains, laterFroms: froms, laterTos: tos };
}

/** The segments that make up periods which may begin and end anywhere, and the edges that no whole minute makes up. */
export function exactSegments(periods: Periods) {
  const longest = grainOfStep(periods.step);
  const parts = sidesOf(periods).map(([before, range]) => ({ before, ...exact(range, longest) }));
  const edges = parts.flatMap(({ before, edges }) => edges.map((edge) => ({ before, ...edge })));
  return {
    ...sided(parts.map(({ before, segments }) => [before, segments] as const)),
    ...edgeLists(edges),
    ...laidOf(periods),
  };
}

/** The same of one range that is cut into steps. */
export function exactSegmentsOf(range: AbsoluteRange, steps: Steps) {
  const { segments, edges } = exact(range, grainOfStep(steps.step));
  return {
    ...segmentLists(segments),
    ...edgeLists(edges.map((edge) => ({ before: false, ...edge }))),
  };
}

function exact(range: AbsoluteRange, longest: Parameters<typeof segmentsOf>[2]) {
  const from = Math.ceil(range.from / minuteMs) * minuteMs;
  const to = Math.floor(range.to / minuteMs) * minuteMs;
  if (from > to) return { segments: [], edges: [range] };
  const edges = [
    { from: range.from, to: from },
    { from: to, to: range.to },
  ];
  return {
    segments: segmentsOf(from, to, longest),
    edges: edges.filter((edge) => edge.from < edge.to),
  };
}

function edgeLists(edges: readonly (AbsoluteRange & { before: boolean })[]) {
  return {
    edgeBefores: edges.map((edge) => edge.before),
    edgeFroms: edges.map((edge) => edge.from),
    edgeTos: edges.map((edge) => edge.to),
  };
}

function laidOf({ length, start, step }: Periods) {
  return { length, start, step };
}

/** Which step a moment given by the database lies in. */
export function placeOf(steps: Steps, at: number): number {
  const place = Math.floor((at - steps.start) / steps.step);
  return Math.min(Math.max(place, 0), steps.count - 1);
}
