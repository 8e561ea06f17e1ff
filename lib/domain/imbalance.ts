/** How unevenly load lies over nodes. Each is null where it cannot be reckoned: no nodes, or no load at all. */
export interface Imbalance {
  /** The busiest node over the mean; 1 is even. */
  maxOverMean: number | null;
  /** Coefficient of variation: standard deviation (of the population) over the mean; 0 is even. */
  cv: number | null;
  /** Gini coefficient: 0 is even, near 1 when one node has all. */
  gini: number | null;
}

/** The imbalance of nodes' loads, none negative. One node alone is even. */
export function imbalanceOf(loads: readonly number[]): Imbalance {
  const n = loads.length;
  const sum = loads.reduce((total, load) => total + load, 0);
  if (n === 0 || !(sum > 0)) return { maxOverMean: null, cv: null, gini: null };
  const mean = sum / n;
  const variance = loads.reduce((total, load) => total + (load - mean) ** 2, 0) / n;
  const ranked = [...loads].sort((a, b) => a - b);
  const weighted = ranked.reduce((total, load, index) => total + (index + 1) * load, 0);
  return {
    maxOverMean: Math.max(...loads) / mean,
    cv: Math.sqrt(variance) / mean,
    gini: Math.max(0, (2 * weighted) / (n * sum) - (n + 1) / n),
  };
}
