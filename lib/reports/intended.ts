import { intendedNodes } from "@/lib/domain/bindings";
import { isAddress, nodePart } from "@/lib/domain/intended";
import type { PoolNode } from "@/lib/domain/pool-context";
import type { Queryable } from "@/lib/store/query";
import { persistenceValues } from "@/lib/store/read/persistence-values";
import type { SessionRequestRow } from "@/lib/store/read/session-requests";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { Names } from "./names";

const dayMs = 86_400_000;
/** A value names a node when at least this share of what was seen of it agrees. */
const agreement = 0.8;
const fewest = 2;

/**
 * For each of a session's requests the node that its persistence cookie names
 * at its balancer; null where it presented none or nothing tells. What values
 * mean is taken from all traffic of the pool from a day before to a day after.
 */
export async function intendedNodesOf(
  db: Queryable,
  names: Names,
  pools: number[],
  requests: readonly SessionRequestRow[],
  life: AbsoluteRange,
): Promise<(request: SessionRequestRow) => string | null> {
  const values = [...new Set(requests.flatMap((request) => request.presented ?? []))];
  if (values.length === 0) return () => null;
  const votes = await persistenceValues(db, {
    pools,
    from: life.from - dayMs,
    to: life.to + dayMs,
    values,
  });
  const ofPool = new Map(
    pools.map((pool) => {
      const nodes = names.nodesOf([pool]).map(poolNode);
      return [pool, intendedNodes({ nodes, bindings: bindingsOf(names, pool, votes) })];
    }),
  );
  return (request) =>
    ofPool.get(request.pool)?.({ lb: names.lb(request.lb), presented: request.presented }) ?? null;
}

function poolNode(node: { name: string; aliases: { name: string }[] }): PoolNode {
  const aliases = node.aliases.map((alias) => alias.name);
  return { name: node.name, aliases, addresses: aliases.filter(isAddress) };
}

type Vote = Awaited<ReturnType<typeof persistenceValues>>[number];

/** By balancer, what each value was seen to name. */
function bindingsOf(names: Names, pool: number, votes: readonly Vote[]) {
  const counts = new Map<string, Map<string, Map<string, number>>>();
  for (const vote of votes) {
    const node = names.node(vote.node);
    if (node?.pool !== pool) continue;
    const ofLb = entry(counts, names.lb(vote.lb), () => new Map<string, Map<string, number>>());
    const ofValue = entry(ofLb, nodePart(vote.value), () => new Map<string, number>());
    ofValue.set(node.name, (ofValue.get(node.name) ?? 0) + vote.n);
  }
  const bindings = new Map<string, Map<string, string>>();
  for (const [lb, values] of counts) {
    const learned = entry(bindings, lb, () => new Map<string, string>());
    for (const [value, nodes] of values) {
      const total = [...nodes.values()].reduce((sum, n) => sum + n, 0);
      for (const [node, n] of nodes)
        if (total >= fewest && n / total >= agreement) learned.set(value, node);
    }
  }
  return bindings;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
