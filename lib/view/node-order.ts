import type { Node } from "@/lib/schemas/pools";

export const nodeOrders = ["seen", "name", "state", "clock", "load", "last"] as const;
export type NodeOrder = (typeof nodeOrders)[number];

/** What is down stands before what leaves, and that before what is up. */
const urgency: Record<Node["state"], number> = {
  down: 0,
  maintenance: 1,
  drain: 2,
  unknown: 3,
  up: 4,
};

const by: Record<NodeOrder, (a: Node, b: Node) => number> = {
  seen: () => 0,
  name: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
  state: (a, b) => urgency[a.state] - urgency[b.state],
  clock: (a, b) => Math.abs(b.clockOffsetMs ?? -1) - Math.abs(a.clockOffsetMs ?? -1),
  load: (a, b) => (b.requestsPerSecond ?? -1) - (a.requestsPerSecond ?? -1),
  last: (a, b) => Date.parse(a.lastSeen ?? "1970") - Date.parse(b.lastSeen ?? "1970"),
};

/**
 * Nodes whose name, another name, pool or state holds the words, in an order that brings what needs a look first:
 * the worst state, the clock furthest off, the most load, the longest silent; `seen` leaves them as they came.
 */
export function nodesInOrder(nodes: readonly Node[], order: NodeOrder, words: string): Node[] {
  const wanted = words.trim().toLowerCase();
  return nodes
    .filter((node) =>
      [node.name, node.pool, node.state, ...node.aliases.map(({ name }) => name)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    )
    .sort(by[order]);
}
