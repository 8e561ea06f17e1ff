import { logGamma } from "./surprise";

/**
 * How often chance alone gives a node at least `own` of `all`, when of `before`
 * it had `ownBefore`, and its share stayed what it was: 0 to 1. What was seen
 * tells of the share (a beta-binomial distribution from a prior that knows
 * nothing), so that little seen and much seen are judged alike. Numbers need
 * not be whole: what comes in clumps is divided by their size.
 */
export function shareByChance(
  own: number,
  all: number,
  ownBefore: number,
  before: number,
  nodes: number,
): number {
  const n = Math.max(1, Math.round(all));
  const first = Math.min(n, Math.ceil(own - 1e-9));
  const hits = ownBefore + 0.5;
  const misses = Math.max(0, before - ownBefore) + 0.5 * Math.max(1, nodes - 1);
  if (first <= (n * hits) / (hits + misses)) return 1;
  const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);
  let term = Math.exp(
    logGamma(n + 1) -
      logGamma(first + 1) -
      logGamma(n - first + 1) +
      logBeta(first + hits, n - first + misses) -
      logBeta(hits, misses),
  );
  let sum = 0;
  for (let at = first; at <= n; at += 1) {
    sum += term;
    if (term < sum * 1e-6) break;
    term *= ((n - at) * (at + hits)) / ((at + 1) * (n - at - 1 + misses));
  }
  return Math.min(1, sum);
}
