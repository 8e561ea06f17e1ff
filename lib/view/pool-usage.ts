import type { Node } from "@/lib/schemas/pools";

export interface PoolUsage {
  pool: string;
  nodes: Node[];
  requestsPerSecond: number | null;
  /** Nodes that are down. */
  down: number;
  /** Nodes that drain or are in maintenance. */
  leaving: number;
}

/** Nodes by pool, the busiest pool first. */
export function poolUsages(nodes: Node[]): PoolUsage[] {
  const byPool = new Map<string, Node[]>();
  for (const node of nodes) {
    const known = byPool.get(node.pool);
    if (known) known.push(node);
    else byPool.set(node.pool, [node]);
  }
  return [...byPool]
    .map(([pool, members]) => {
      const rates = members.flatMap(({ requestsPerSecond }) => requestsPerSecond ?? []);
      return {
        pool,
        nodes: members,
        requestsPerSecond: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
        down: members.filter(({ state }) => state === "down").length,
        leaving: members.filter(({ state }) => state === "drain" || state === "maintenance").length,
      };
    })
    .sort(
      (a, b) =>
        (b.requestsPerSecond ?? 0) - (a.requestsPerSecond ?? 0) || a.pool.localeCompare(b.pool),
    );
}
