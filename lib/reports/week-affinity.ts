import { foundAffinities } from "@/lib/domain/pool-sample";
import type { Week } from "@/lib/domain/weeks";
import type { Weekly } from "@/lib/schemas/weekly";
import type { Queryable } from "@/lib/store/query";
import { declarations } from "@/lib/store/read/declarations";
import type { Names } from "./names";
import { newestAt } from "./newest";
import { observe } from "./observed";
import { sightingsOf } from "./sightings";
import { round } from "./wire";

/**
 * The affinity at work at each balancer in the week's last hours with traffic,
 * held against what is declared, and how often cookies were not followed there.
 * It is a sample (the one by which bounces are judged), of the facts that are
 * still kept. Balancers where something differs come first.
 */
export async function weekAffinity(
  db: Queryable,
  names: Names,
  scope: number[],
  { to }: Week,
): Promise<Weekly["affinity"]> {
  const [seen, sources] = await Promise.all([
    sightingsOf(db, names, scope, to),
    declarations(db, {}),
  ]);
  const rows = await Promise.all(
    scope.map(async (id): Promise<Weekly["affinity"]> => {
      const last = seen.ofPool(id)?.last ?? null;
      if (last === null || names.pool(id) === "") return [];
      const own = await observe(
        db,
        names,
        id,
        Math.min((await newestAt(db, [id], last)) ?? last, to),
      );
      const declaredAt = (lb: string) =>
        sources.find(
          ({ id: source, affinity, pool }) =>
            affinity !== null &&
            own.lbsOfSource.get(source)?.has(lb) === true &&
            (pool === null || pool === names.pool(id)),
        )?.affinity ?? null;
      return foundAffinities(own.sessions, declaredAt).map((found) => {
        const declared = declaredAt(found.lb);
        const { named, elsewhere } = own.reach.get(found.lb) ?? { named: 0, elsewhere: 0 };
        return {
          pool: names.pool(id),
          lb: found.lb,
          declared: declared === null ? null : words(declared),
          found: words(found),
          mismatch: found.mismatch,
          requests: found.requests,
          named,
          elsewhere,
          elsewhereShare: named === 0 ? null : round(elsewhere / named, 9),
        };
      });
    }),
  );
  return rows
    .flat()
    .sort(
      (a, b) =>
        Number(b.mismatch !== null) - Number(a.mismatch !== null) ||
        b.elsewhere - a.elsewhere ||
        a.pool.localeCompare(b.pool) ||
        a.lb.localeCompare(b.lb),
    );
}

function words({ method, cookie }: { method: string; cookie?: string | null }): string {
  return cookie ? `${method} ${cookie}` : method;
}
