import { type NodeState, stateSpans } from "@/lib/domain/node-state";
import type { ChangeMark } from "@/lib/schemas/results";

/** A time in which a node did not serve as usual. `to` is null while it lasts; times in epoch milliseconds. */
export interface NodeBand {
  node: string;
  kind: Exclude<NodeState, "up" | "unknown">;
  title: string;
  from: number;
  to: number | null;
}

/** When nodes were down, drained or under maintenance, by their beginning. Nodes of one name in two pools are kept apart. */
export function nodeBands(changes: readonly ChangeMark[]): NodeBand[] {
  const nodes = new Map<string, { node: string; changes: ChangeMark[] }>();
  for (const change of changes) {
    if (change.node === null) continue;
    const key = JSON.stringify([change.pool, change.node]);
    const own = nodes.get(key) ?? { node: change.node, changes: [] };
    nodes.set(key, own);
    own.changes.push(change);
  }
  return [...nodes.values()]
    .flatMap(({ node, changes: own }) => {
      const facts = own.map((change) => ({ ...change, at: Date.parse(change.at) }));
      return stateSpans(facts, node).flatMap(({ state, from, to, change }) =>
        state === "up" || state === "unknown" || from === to
          ? []
          : [{ node, kind: state, title: change.title, from, to }],
      );
    })
    .sort((a, b) => a.from - b.from);
}
