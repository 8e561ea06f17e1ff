import type { Transitions } from "@/lib/schemas/results";

export interface TransitionRow {
  name: string;
  /** Bounces by the node they went to. */
  to: Map<string, number>;
  out: number;
  in: number;
  /** The share of its requests that stayed, 0 to 1; null without requests. */
  stay: number | null;
}

export interface TransitionTable {
  nodes: TransitionRow[];
  /** The largest number of one cell. */
  most: number;
  total: number;
  /** Nodes with a move that were left out for want of room. */
  more: number;
}

/** Up to so many nodes, those without a move are shown too. */
const all = 8;

/** Moves as a square table; of many nodes those with the most moves. */
export function transitionTable(data: Transitions, room = 10): TransitionTable {
  const known = data.nodes.map(
    (name, index): TransitionRow => ({
      name,
      to: new Map(),
      out: data.left[index] ?? 0,
      in: data.reached[index] ?? 0,
      stay: data.stay[index] ?? null,
    }),
  );
  const shown = known.length <= all ? known : known.filter((row) => row.out + row.in > 0);
  const kept = [...shown].sort((a, b) => b.out + b.in - (a.out + a.in)).slice(0, room);
  const rows = new Map(kept.map((row) => [row.name, row]));
  let most = 0;
  for (const item of data.items) {
    const from = rows.get(item.from);
    if (!from || !rows.has(item.to)) continue;
    const count = (from.to.get(item.to) ?? 0) + item.bounces;
    from.to.set(item.to, count);
    most = Math.max(most, count);
  }
  return {
    nodes: known.filter((row) => rows.has(row.name)),
    most,
    total: data.bounces,
    more: Math.max(0, data.movedNodes - kept.filter((row) => row.out + row.in > 0).length),
  };
}
