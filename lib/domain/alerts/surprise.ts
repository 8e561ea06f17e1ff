/**
 * How often chance alone brings at least `count` marks in a time, when `seen`
 * of them came in another, `ratio` times as long: 0 to 1. Marks come one by one
 * at a rate that nobody knows; what was seen tells of it (a gamma-Poisson
 * predictive distribution from Jeffreys' prior), so that one mark in an hour
 * and a hundred a minute are judged alike, without a least traffic.
 */
export function surprise(count: number, seen: number, ratio: number): number {
  const shape = seen + 0.5;
  const miss = ratio / (ratio + 1);
  const hit = 1 - miss;
  const mean = (shape * hit) / miss;
  if (count <= mean || count <= 0 || ratio <= 0) return 1;
  // From the first term on each is smaller than the one before.
  let term = Math.exp(
    logGamma(count + shape) -
      logGamma(shape) -
      logGamma(count + 1) +
      shape * Math.log(miss) +
      count * Math.log(hit),
  );
  let sum = 0;
  for (let at = count; term > 0; at += 1) {
    sum += term;
    if (term < sum * 1e-6) break;
    term *= ((at + shape) / (at + 1)) * hit;
  }
  return Math.min(1, sum);
}

/** Stirling's series, shifted to where it is exact enough (NIST DLMF 5.11.1). */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 8; at += 1) shift -= Math.log(at);
  const square = at * at;
  return (
    shift +
    (at - 0.5) * Math.log(at) -
    at +
    0.5 * Math.log(2 * Math.PI) +
    1 / (12 * at) -
    1 / (360 * at * square) +
    1 / (1260 * at * square * square)
  );
}
