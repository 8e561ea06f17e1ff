/** How unevenly a load is spread; each is null where there is nothing to reckon from. */
export interface Imbalance {
  /** The most loaded node over the mean: 1 is even. */
  maxOverMean: number | null;
  /** Coefficient of variation (population): 0 is even. */
  cv: number | null;
  /** Gini coefficient: 0 is even, (n − 1) / n is all on one of n nodes. */
  gini: number | null;
}

/** The imbalance of the nodes' loads (requests, sessions, …). A node without load counts; leave out nodes that took no part. */
export function imbalanceOf(loads: readonly number[]): Imbalance {
  const n = loads.length;
  const total = loads.reduce((sum, load) => sum + load, 0);
  if (n === 0 || total <= 0) return { maxOverMean: null, cv: null, gini: null };
  const mean = total / n;
  const variance = loads.reduce((sum, load) => sum + (load - mean) ** 2, 0) / n;
  const ranked = [...loads].sort((a, b) => a - b);
  const weighted = ranked.reduce((sum, load, i) => sum + (i + 1) * load, 0);
  return {
    maxOverMean: Math.max(...loads) / mean,
    cv: Math.sqrt(variance) / mean,
    gini: Math.max(0, (2 * weighted) / (n * total) - (n + 1) / n),
  };
}
