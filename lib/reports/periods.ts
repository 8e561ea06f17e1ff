import { type Steps, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";

/** A range with the period of the same length before it, as the questions about steps take it. */
export interface Periods {
  before: number;
  from: number;
  to: number;
  length: number;
  start: number;
  step: number;
}

export function periodsOf(range: AbsoluteRange, steps: Steps): Periods {
  const length = range.to - range.from;
  return { before: range.from - length, ...range, length, start: steps.start, step: steps.step };
}

/** The same over whole minutes, for what is counted by the minute. */
export function minutePeriodsOf(range: AbsoluteRange, steps: Steps): Periods {
  return periodsOf(wholeMinutes(range), steps);
}

/** Which step a moment given by the database lies in. */
export function placeOf(steps: Steps, at: number): number {
  const place = Math.floor((at - steps.start) / steps.step);
  return Math.min(Math.max(place, 0), steps.count - 1);
}
