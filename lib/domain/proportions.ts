/**
 * How sure one can be of a share, and of the difference between two.
 *
 * Sources: E. B. Wilson, Probable inference, the law of succession, and
 * statistical inference, JASA 22 (1927); R. G. Newcombe, Interval estimation
 * for the difference between independent proportions, Statistics in Medicine
 * 17 (1998), methods 3 and 10 (neither with a correction for continuity).
 */

/** So many hits of so many trials. */
export interface Proportion {
  hits: number;
  of: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** A difference between two shares, after less before, with its interval. */
export interface Difference extends Interval {
  difference: number;
  /** Two-sided: how often chance alone makes a difference of this size. Null where no hit, or nothing else, was seen. */
  pValue: number | null;
}

/** Standard normal quantile of a two-sided 95 % interval. */
export const z95 = 1.959963984540054;
/** Of a two-sided 99.9 % interval: for looking at many things at once. */
export const z999 = 3.290526731491926;

/** The share, 0 to 1; null of nothing. */
export function shareOf({ hits, of }: Proportion): number | null {
  return of > 0 ? hits / of : null;
}

/** Wilson's score interval of a share; null of nothing. Hits beyond the trials count as all of them. */
export function wilson({ hits, of }: Proportion, z = z95): Interval | null {
  if (!(of > 0)) return null;
  const p = Math.min(Math.max(hits / of, 0), 1);
  const square = z * z;
  const middle = (p + square / (2 * of)) / (1 + square / of);
  const reach = (z / (1 + square / of)) * Math.sqrt((p * (1 - p)) / of + square / (4 * of * of));
  // A share of none or of all has its own end exactly: no rounding may pass it.
  return {
    low: p === 0 ? 0 : Math.max(0, middle - reach),
    high: p === 1 ? 1 : Math.min(1, middle + reach),
  };
}

/**
 * The difference of two independent shares, after less before, with Newcombe's
 * hybrid score interval; null where either is of nothing.
 */
export function differenceOf(before: Proportion, after: Proportion, z = z95): Difference | null {
  const first = wilson(before, z);
  const second = wilson(after, z);
  if (first === null || second === null) return null;
  const p1 = Math.min(before.hits / before.of, 1);
  const p2 = Math.min(after.hits / after.of, 1);
  return {
    difference: p2 - p1,
    low: p2 - p1 - Math.hypot(p2 - second.low, first.high - p1),
    high: p2 - p1 + Math.hypot(second.high - p2, p1 - first.low),
    pValue: pValueOf(before, after),
  };
}

/** The pooled two-proportion z test, two-sided. */
function pValueOf(before: Proportion, after: Proportion): number | null {
  const pooled = Math.min((before.hits + after.hits) / (before.of + after.of), 1);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.of + 1 / after.of));
  if (!(error > 0)) return null;
  return twoSided((after.hits / after.of - before.hits / before.of) / error);
}

/** Counts over their exposure (requests, seconds). */
export interface Rate {
  count: number;
  over: number;
}

/**
 * Whether something came more often after than before, beyond what chance does:
 * given the total, what came after is a share that should be that of its
 * exposure; it is more when Wilson's interval of the share lies above that.
 */
export function cameMoreOften(before: Rate, after: Rate, z = z95): boolean {
  const exposure = before.over + after.over;
  const share = wilson({ hits: after.count, of: before.count + after.count }, z);
  return share !== null && after.over > 0 && share.low > after.over / exposure;
}

/** Two-sided tail of the standard normal. */
function twoSided(z: number): number {
  return Math.min(1, complementaryError(Math.abs(z) / Math.SQRT2));
}

/**
 * erfc(x) for x >= 0: the series of erf near zero, a continued fraction beyond
 * (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100 && Math.abs(term) > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
