import type { EpochMs } from "./facts";

/**
 * Spans of time over which sums are kept. What happened is counted in a span
 * of each grain at once; a question takes the longest spans that its ends
 * allow, so that a year costs no more than an hour.
 */

const minuteMs = 60_000;

/** The lengths of spans, in minutes; each holds a whole number of the one before. */
export const grains = [1, 15, 60, 1440] as const;
export type Grain = (typeof grains)[number];

/** All nodes of a pool together, where a span is kept for each node. */
export const allNodes = -1;
/** What takes back of the sums over all pools what is counted too often there. */
export const allPools = -1;

export function grainMs(grain: Grain): number {
  return grain * minuteMs;
}

/** Where the span begins that a moment lies in. */
export function spanStart(at: EpochMs, grain: Grain): EpochMs {
  const length = grainMs(grain);
  return Math.floor(at / length) * length;
}

/** The longest grain of which a step is a whole number. */
export function grainOfStep(step: number): Grain {
  return [...grains].reverse().find((grain) => step % grainMs(grain) === 0) ?? 1;
}

/** The longest grain whose spans lie within steps that are counted from `from`. */
export function longestWithin(from: EpochMs, step: number): Grain {
  const fits = (grain: Grain) => step % grainMs(grain) === 0 && from % grainMs(grain) === 0;
  return [...grains].reverse().find(fits) ?? 1;
}

/** Later than any span. */
export const endOfSpans = Date.UTC(2300, 0, 1);

/** Spans of one grain that follow each other: those that begin in `[from, to)`. */
export interface Segment {
  grain: Grain;
  from: EpochMs;
  to: EpochMs;
}

/**
 * The fewest segments that make up `[from, to)` exactly, of spans no longer
 * than `longest`. Both ends must lie on whole minutes.
 */
export function segmentsOf(from: EpochMs, to: EpochMs, longest: Grain = 1440): Segment[] {
  return fill(from, to, grains.indexOf(longest));
}

function fill(from: EpochMs, to: EpochMs, level: number): Segment[] {
  const grain = grains[level];
  if (grain === undefined || from >= to) return [];
  if (level === 0) return [{ grain, from, to }];
  const length = grainMs(grain);
  const first = Math.ceil(from / length) * length;
  const last = Math.floor(to / length) * length;
  if (first >= last) return fill(from, to, level - 1);
  return [
    ...fill(from, first, level - 1),
    { grain, from: first, to: last },
    ...fill(last, to, level - 1),
  ];
}
