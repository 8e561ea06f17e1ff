import type { Pool } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { declaredAffinity } from "@/lib/store/read/declared-affinity";
import { poolLbs } from "@/lib/store/read/pool-lbs";
import { isoOrNull } from "@/lib/view/range";
import { Names } from "./names";
import { newestAt } from "./newest";
import { sightingsOf } from "./sightings";
import { distinct } from "./wire";

const dayMs = 86_400_000;

/**
 * Every pool that had requests, by name. Nodes and balancers are those of the
 * last day before its newest request: what has long gone is not counted.
 */
export async function pools(
  db: Queryable,
  now: number,
): Promise<{ items: Pool[]; nextCursor: null }> {
  const names = await Names.read(db);
  const seen = await sightingsOf(db, names, names.poolIds(undefined), now + dayMs);
  const ids = names.poolIds(undefined).filter((id) => seen.ofPool(id) !== null);
  const sinceOf = (id: number) => (seen.ofPool(id)?.last ?? 0) - dayMs;
  const keys = names.keys(ids, "with none");
  const [lbs, affinities, newest] = await Promise.all([
    poolLbs(db, { ...pick(keys), since: keys.pools.map(sinceOf) }),
    declaredAffinity(db, {}),
    Promise.all(ids.map((id) => newestAt(db, [id], seen.ofPool(id)?.last ?? null))),
  ]);
  const items = ids.map((id, index): Pool => {
    const name = names.pool(id);
    const declared = affinities.find((source) => source.pool === name);
    return {
      name,
      lbs: distinct(lbs.filter((row) => row.pool === id).map((row) => names.lb(row.lb))).sort(),
      nodes: names.nodesOf([id]).filter((node) => (seen.ofNode(node)?.last ?? 0) >= sinceOf(id))
        .length,
      affinity: declared
        ? {
            method: declared.affinity.method,
            cookie: declared.affinity.cookie ?? null,
            declaredBy: declared.name,
          }
        : null,
      lastSeen: isoOrNull(newest[index] ?? null),
    };
  });
  items.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return { items, nextCursor: null };
}

function pick({ pools, nodes }: { pools: number[]; nodes: number[] }) {
  return { pools, nodes };
}
