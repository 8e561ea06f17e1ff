import type { EpochMs } from "../facts";

export const stepMs = 15_000;
export const minuteMs = 60_000;

/** Moments at which measures are taken: the ends of equal steps, on round times. */
export interface Grid {
  /** Where the first step begins. */
  start: EpochMs;
  step: number;
  count: number;
}

/** The steps of `step` ms that cover the range; the last one may reach a little beyond `to`. */
export function gridOf(from: EpochMs, to: EpochMs, step: number): Grid {
  const start = Math.floor(from / step) * step;
  return { start, step, count: Math.max(0, Math.ceil((to - start) / step)) };
}

/** Sums from the first step up to each, so that any window is one subtraction. */
export class Course {
  private readonly sums: Float64Array;
  private readonly peaks = new Map<number, number>();

  constructor(private readonly counts: Float64Array) {
    this.sums = new Float64Array(counts.length + 1);
    for (let at = 0; at < counts.length; at++)
      this.sums[at + 1] = (this.sums[at] ?? 0) + (counts[at] ?? 0);
  }

  static empty(grid: Grid): Course {
    return new Course(new Float64Array(grid.count));
  }

  static of(grid: Grid, marks: Iterable<{ at: EpochMs; n: number }>): Course {
    const counts = new Float64Array(grid.count);
    for (const { at, n } of marks) {
      const place = Math.floor((at - grid.start) / grid.step);
      if (place >= 0 && place < counts.length) counts[place] = (counts[place] ?? 0) + n;
    }
    return new Course(counts);
  }

  /** One for each key that has a count; rows without a key are left out. */
  static byKey<Row>(
    grid: Grid,
    rows: Iterable<Row>,
    read: { key: (row: Row) => string; at: (row: Row) => EpochMs; n: (row: Row) => number },
  ): Map<string, Course> {
    const counts = new Map<string, Float64Array>();
    for (const row of rows) {
      const key = read.key(row);
      if (key === "") continue;
      let own = counts.get(key);
      if (!own) {
        own = new Float64Array(grid.count);
        counts.set(key, own);
      }
      const place = Math.floor((read.at(row) - grid.start) / grid.step);
      if (place >= 0 && place < own.length) own[place] = (own[place] ?? 0) + read.n(row);
    }
    return new Map([...counts].map(([key, own]) => [key, new Course(own)]));
  }

  get length(): number {
    return this.counts.length;
  }

  get total(): number {
    return this.sums[this.counts.length] ?? 0;
  }

  /** The largest sum over any so many steps; kept, as many rules ask for the same. */
  most(steps: number): number {
    const known = this.peaks.get(steps);
    if (known !== undefined) return known;
    let most = 0;
    for (let place = 0; place < this.counts.length; place++)
      most = Math.max(most, this.within(place, steps));
    this.peaks.set(steps, most);
    return most;
  }

  /** The sum over the `steps` steps that end with this one. */
  within(place: number, steps: number): number {
    return (this.sums[place + 1] ?? 0) - (this.sums[Math.max(0, place + 1 - steps)] ?? 0);
  }
}

/** A mark of a session in a step, and how many steps ago its mark before was; null: none within reach. */
export interface RepeatMark {
  at: EpochMs;
  gap: number | null;
  n: number;
}

/**
 * How many different sessions were marked within the window that ends with each
 * step. A mark counts while it is in the window and the same session's mark
 * before is not: from `max(m, m − gap + window)` to `m + window − 1`.
 */
export function distinctWithin(
  grid: Grid,
  marks: readonly RepeatMark[],
  window: number,
): Float64Array {
  const edges = new Float64Array(grid.count + 1);
  for (const { at, gap, n } of marks) {
    const place = Math.floor((at - grid.start) / grid.step);
    const first = Math.max(0, gap === null ? place : Math.max(place, place - gap + window));
    const end = Math.min(grid.count, place + window);
    if (first >= end) continue;
    edges[first] = (edges[first] ?? 0) + n;
    edges[end] = (edges[end] ?? 0) - n;
  }
  const counts = new Float64Array(grid.count);
  let sum = 0;
  for (let at = 0; at < grid.count; at++) {
    sum += edges[at] ?? 0;
    counts[at] = sum;
  }
  return counts;
}
