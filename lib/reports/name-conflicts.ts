import { learnPoolAliases } from "@/lib/domain/aliases";
import type { NodeList } from "@/lib/schemas/pools";
import type { Queryable } from "@/lib/store/query";
import { declarations } from "@/lib/store/read/declarations";
import { nodePairs } from "@/lib/store/settle/surroundings";
import type { Names } from "./names";

/** Names that would be one node of these pools, and were not taken for one, with the reason. */
export async function nameConflicts(
  db: Queryable,
  names: Names,
  pools: readonly number[],
): Promise<NodeList["conflicts"]> {
  const declared = await declarations(db, {});
  const found = await Promise.all(
    pools.map(async (id) => {
      const pool = names.pool(id);
      const pairs = await nodePairs(db, id);
      const { conflicts } = learnPoolAliases(
        pairs,
        declared.flatMap((source) =>
          source.pool === pool || source.pool === null ? (source.nodes ?? []) : [],
        ),
        new Set(names.writtenIn(id)),
      );
      return conflicts.map((conflict) => ({ pool, ...conflict }));
    }),
  );
  return found.flat();
}
