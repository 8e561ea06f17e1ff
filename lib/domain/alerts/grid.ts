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
  private readonly peaks = new Map<number, number>();

  /** @param sums what was counted before each step, and at last in all. */
  private constructor(private readonly sums: Float64Array) {}

  static empty(grid: Grid): Course {
    return new Course(new Float64Array(grid.count + 1));
  }

  static of(grid: Grid, marks: Iterable<{ at: EpochMs; n: number }>): Course {
    const counts = new Counts(grid);
    for (const { at, n } of marks) counts.add(at, n);
    return new Course(counts.summedUp());
  }

  /** One for each key that has a count; rows without a key are left out. */
  static byKey<Row>(
    grid: Grid,
    rows: Iterable<Row>,
    read: { key: (row: Row) => string; at: (row: Row) => EpochMs; n: (row: Row) => number },
  ): Map<string, Course> {
    const counts = new Map<string, Counts>();
    for (const row of rows) {
      const key = read.key(row);
      if (key === "") continue;
      let own = counts.get(key);
      if (!own) {
        own = new Counts(grid);
        counts.set(key, own);
      }
      own.add(read.at(row), read.n(row));
    }
    return new Map([...counts].map(([key, own]) => [key, new Course(own.summedUp())]));
  }

  get length(): number {
    return this.sums.length - 1;
  }

  get total(): number {
    return this.sums[this.length] ?? 0;
  }

  /** The largest sum over any so many steps; kept, as many rules ask for the same. */
  most(steps: number): number {
    const known = this.peaks.get(steps);
    if (known !== undefined) return known;
    let most = 0;
    for (let place = 0; place < this.length; place++)
      most = Math.max(most, this.within(place, steps));
    this.peaks.set(steps, most);
    return most;
  }

  /** The sum over the `steps` steps that end with this one. */
  within(place: number, steps: number): number {
    return (this.sums[place + 1] ?? 0) - (this.sums[Math.max(0, place + 1 - steps)] ?? 0);
  }
}

/** Counts on their way to be sums, in the same memory: a pool of thousands of nodes has as many courses. */
class Counts {
  /** What a step counts is one place further on. */
  private readonly values: Float64Array;

  constructor(private readonly grid: Grid) {
    this.values = new Float64Array(grid.count + 1);
  }

  add(at: EpochMs, n: number): void {
    const place = Math.floor((at - this.grid.start) / this.grid.step) + 1;
    if (place > 0 && place < this.values.length) this.values[place] = (this.values[place] ?? 0) + n;
  }

  summedUp(): Float64Array {
    for (let place = 1; place < this.values.length; place++)
      this.values[place] = (this.values[place] ?? 0) + (this.values[place - 1] ?? 0);
    return this.values;
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
