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
  /** Nodes left out for want of room. */
  left: number;
}

/** Up to so many nodes, those without a move are shown too. */
const all = 8;

/** Moves as a square table; of many nodes those with the most moves. */
export function transitionTable(data: Transitions, room = 10): TransitionTable {
  const rows = new Map<string, TransitionRow>();
  data.nodes.forEach((name, index) => {
    rows.set(name, { name, to: new Map(), out: 0, in: 0, stay: data.stay[index] ?? null });
  });
  let most = 0;
  let total = 0;
  for (const item of data.items) {
    const from = rows.get(item.from);
    const to = rows.get(item.to);
    if (!from || !to) continue;
    const count = (from.to.get(item.to) ?? 0) + item.bounces;
    from.to.set(item.to, count);
    from.out += item.bounces;
    to.in += item.bounces;
    most = Math.max(most, count);
    total += item.bounces;
  }
  const known = [...rows.values()];
  const shown = known.length <= all ? known : known.filter((row) => row.out + row.in > 0);
  const kept = new Set([...shown].sort((a, b) => b.out + b.in - (a.out + a.in)).slice(0, room));
  return {
    nodes: known.filter((row) => kept.has(row)),
    most,
    total,
    left: shown.length - kept.size,
  };
}
