import type { PoolClient } from "pg";
import { learnPoolAliases } from "@/lib/domain/aliases";
import type { NameRecords } from "@/lib/store/settle/surroundings";
import { nodePairs, setCanonical } from "@/lib/store/settle/surroundings";
import type { NameBook } from "./name-book";

/**
 * Works out again which names of a pool's nodes are one node, and writes down
 * what changed; answers whether anything did.
 */
export async function learnNames(
  client: PoolClient,
  pool: number,
  names: NameBook,
  records: NameRecords,
): Promise<boolean> {
  const pairs = await nodePairs(client, pool);
  const poolName = names.pool(pool);
  const declared = names.sources
    .filter((source) => source.pool === poolName || source.pool === null)
    .flatMap((source) => source.nodes ?? []);
  const known = records.nodes.filter((node) => node.pool === pool);
  const names_ = new Set(known.map((node) => node.name));
  const { canonical } = learnPoolAliases(pairs, declared, names_);
  const byOf = (name: string): string => {
    if (declared.some((node) => node.name === name || node.addresses.includes(name)))
      return "declared";
    return pairs.some((pair) => pair.knownBy === "log" && pair.other === name) ? "log" : "learned";
  };
  const byId = new Map(known.map((node) => [node.id, node.name]));
  const before = new Map(
    known.map((node) => [
      node.name,
      node.canonical === null ? null : (byId.get(node.canonical) ?? null),
    ]),
  );
  const wanted = new Map<string, string | null>();
  for (const name of names_) wanted.set(name, null);
  // An app's name that met no balancer's name stays out: it is no other name of a node yet.
  for (const [name, right] of canonical) if (name !== right) wanted.set(name, right);
  const changed = [...wanted].filter(
    ([name, right]) => !before.has(name) || before.get(name) !== right,
  );
  await setCanonical(
    client,
    pool,
    changed.map(([name, right]) => ({
      name,
      canonical: right,
      by: right === null ? null : byOf(name),
    })),
  );
  return changed.length > 0;
}
