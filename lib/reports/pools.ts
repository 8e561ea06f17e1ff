import { foundAffinities } from "@/lib/domain/pool-sample";
import type { Pool } from "@/lib/schemas/pools";
import type { Queryable } from "@/lib/store/query";
import { declarations } from "@/lib/store/read/declarations";
import { poolLbs } from "@/lib/store/read/pool-lbs";
import { isoOrNull } from "@/lib/view/range";
import { Names } from "./names";
import { newestAt } from "./newest";
import { observed } from "./observed";
import { sightingsOf } from "./sightings";
import { distinct } from "./wire";

const dayMs = 86_400_000;
const noReach = { named: 0, elsewhere: 0 };

/**
 * Every pool that had requests, by name. Nodes and balancers are those of the
 * last day before its newest request: what has long gone is not counted. The
 * affinity found is that of the hours around that request.
 */
export async function pools(
  db: Queryable,
  now: number,
): Promise<{ items: Pool[]; nextCursor: null }> {
  const names = await Names.read(db);
  const seen = await sightingsOf(db, names, names.poolIds(undefined), now + dayMs);
  // Requests that no pool took, such as malformed ones, are in one without a name.
  const ids = names
    .poolIds(undefined)
    .filter((id) => seen.ofPool(id) !== null && names.pool(id) !== "");
  const sinceOf = (id: number) => (seen.ofPool(id)?.last ?? 0) - dayMs;
  const [lbs, sources, newest] = await Promise.all([
    poolLbs(db, { pools: ids, since: ids.map(sinceOf) }),
    declarations(db, {}),
    Promise.all(ids.map((id) => newestAt(db, [id], seen.ofPool(id)?.last ?? null))),
  ]);
  const traffic = await Promise.all(
    ids.map((id, index) =>
      observed(db, names, id, newest[index] ?? seen.ofPool(id)?.last ?? now, now),
    ),
  );
  const items = ids.map((id, index): Pool => {
    const name = names.pool(id);
    const own = traffic[index];
    const declaring = sources.flatMap(({ affinity, ...source }) =>
      affinity && (source.pool === name || own?.lbsOfSource.has(source.id))
        ? [{ ...source, affinity, lbs: own?.lbsOfSource.get(source.id) }]
        : [],
    );
    const [declared] = declaring;
    const declaredAt = (lb: string) =>
      declaring.find((source) => source.lbs?.has(lb))?.affinity ?? null;
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
      found: own
        ? foundAffinities(own.sessions, declaredAt).map((found) => {
            const said = declaredAt(found.lb);
            return {
              ...found,
              declared: said && { method: said.method, cookie: said.cookie ?? null },
              ...(own.reach.get(found.lb) ?? noReach),
            };
          })
        : [],
      disagreements: own?.disagreements ?? [],
      lastSeen: isoOrNull(newest[index] ?? null),
    };
  });
  items.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return { items, nextCursor: null };
}
