import type { EpochMs } from "./facts";

/** How far a clock is ahead of another, as shared correlation IDs show. */
export interface ClockOffset {
  /** Add this to the reference clock to get the other; negative when the other is behind. */
  offsetMs: number;
  /** Typical distance of a single measurement from the offset (median absolute deviation, scaled as a standard deviation). */
  jitterMs: number;
  samples: number;
  /** Share of the samples that allow this offset, 0 to 1. */
  agreement: number;
}

/** An app event and the balancer's times of the request with the same correlation ID. */
export interface ClockSample {
  eventAt: EpochMs;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  /** The balancer's log tells whole seconds only. */
  coarse?: boolean;
}

/** A request's times at an outer and an inner balancer that both saw its correlation ID. */
export interface HopSample {
  outer: { startedAt: EpochMs; endedAt: EpochMs };
  inner: { startedAt: EpochMs; endedAt: EpochMs };
}

/** An app's clock that is further off than this is worth a warning. */
export const CLOCK_LIMIT_MS = 2_000;

const FEWEST_SAMPLES = 3;
/** Times are rounded to the millisecond on both sides. */
const ROUNDING_MS = 1;
const SECOND_MS = 1000;
const LONG_REQUEST_MS = 60_000;

interface Interval {
  low: number;
  high: number;
}

/**
 * How far an app node's clock is ahead of the balancers'. Each event happened
 * while its request was being served, so each sample bounds the offset from both
 * sides; the offset that most samples allow is taken, and where they leave room,
 * the median of their middles within it. Wrong pairs, being few, allow other
 * offsets and are outvoted. Null with fewer than three samples.
 */
export function clockOffset(samples: readonly ClockSample[]): ClockOffset | null {
  return offsetOf(
    samples.map(({ eventAt, startedAt, endedAt, coarse }) => {
      const slack = coarse ? SECOND_MS : ROUNDING_MS;
      const end = Math.max(startedAt, Math.min(endedAt ?? startedAt, startedAt + LONG_REQUEST_MS));
      return { low: eventAt - end - slack, high: eventAt - startedAt + slack };
    }),
  );
}

/** How far an inner balancer's clock is ahead of an outer's: the inner request lies within the outer one. */
export function balancerOffset(samples: readonly HopSample[]): ClockOffset | null {
  return offsetOf(
    samples.flatMap(({ outer, inner }) => {
      const low = inner.endedAt - outer.endedAt - ROUNDING_MS;
      const high = inner.startedAt - outer.startedAt + ROUNDING_MS;
      return low <= high ? [{ low, high }] : [];
    }),
  );
}

/** A time by an app node's clock, by the balancers' clock. */
export function corrected(at: EpochMs, offset: Pick<ClockOffset, "offsetMs"> | null): EpochMs {
  return offset === null ? at : at - offset.offsetMs;
}

function offsetOf(intervals: readonly Interval[]): ClockOffset | null {
  if (intervals.length < FEWEST_SAMPLES) return null;
  const band = mostAgreed(intervals);
  const agreeing = intervals.filter((one) => one.low <= band.high && one.high >= band.low);
  const middles = agreeing.map((one) => (one.low + one.high) / 2);
  // The middle of a short request says more than that of a long one.
  const weights = agreeing.map((one) => 1 / (one.high - one.low + ROUNDING_MS));
  const offsetMs = Math.min(band.high, Math.max(band.low, weightedMedian(middles, weights)));
  const deviations = agreeing.map((one) => distanceTo(one, offsetMs));
  const jitter = 1.4826 * weightedMedian(deviations, weights);
  return {
    offsetMs: Math.round(offsetMs * 1000) / 1000,
    jitterMs: Math.round(jitter * 1000) / 1000,
    samples: intervals.length,
    agreement: agreeing.length / intervals.length,
  };
}

function distanceTo(one: Interval, offset: number): number {
  return Math.abs((one.low + one.high) / 2 - offset);
}

/**
 * The band of offsets that nearly as many intervals allow as the best offset
 * does: jitter of a few samples must not choose a corner of what the rest allow.
 */
function mostAgreed(intervals: readonly Interval[]): Interval {
  const edges = intervals
    .flatMap(({ low, high }) => [
      { at: low, step: 1 },
      { at: high, step: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.step - a.step);
  let covering = 0;
  let most = 0;
  let peak = 0;
  for (const { at, step } of edges) {
    covering += step;
    if (covering > most) {
      most = covering;
      peak = at;
    }
  }
  const enough = Math.ceil(most * 0.9);
  let band: Interval = { low: peak, high: peak };
  let from: number | null = null;
  covering = 0;
  for (const { at, step } of edges) {
    covering += step;
    if (from === null && covering >= enough) from = at;
    else if (from !== null && covering < enough) {
      if (from <= peak && at >= peak) band = { low: from, high: at };
      from = null;
    }
  }
  return band;
}

function weightedMedian(values: readonly number[], weights: readonly number[]): number {
  const sorted = values
    .map((value, i) => ({ value, weight: weights[i] ?? 0 }))
    .sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= half) return value;
  }
  return 0;
}
