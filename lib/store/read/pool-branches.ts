/**
 * SQL: one and the same question for each pool of `$pools`, all answers together. On a cluster every pool is asked by
 * itself, so that each shard reads no more of its index than the page shows.
 */
export function perPool(pools: readonly number[], ask: (pool: string) => string): string {
  return Array.from(
    { length: Math.max(1, pools.length) },
    (_, place) => `(${ask(`($pools::int[])[${place + 1}]`)})`,
  ).join("\nUNION ALL\n");
}
