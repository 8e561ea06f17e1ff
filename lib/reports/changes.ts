import type { z } from "zod";
import type { changesQuery } from "@/lib/schemas/changes";
import { keptVerdictSchema, type ListedChange } from "@/lib/schemas/changes";
import type { Queryable } from "@/lib/store/query";
import { listedChanges } from "@/lib/store/read/listed-changes";
import { iso, rangeOf } from "@/lib/view/range";
import { dueAt, judgedForMs } from "./change-verdicts";
import { momentCursor, pageOf, readCursor } from "./cursor";
import { Names } from "./names";
import { changeOf } from "./wire";

/**
 * Changes in the range with their verdicts, newest first; with a pool, its own and those that name none.
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function changes(
  db: Queryable,
  query: z.output<typeof changesQuery>,
  now: number,
): Promise<{ items: ListedChange[]; nextCursor: string | null }> {
  const range = rangeOf(query, now);
  const after = readCursor(query.cursor, momentCursor);
  const names = await Names.read(db);
  const rows = await listedChanges(db, {
    pools: query.pool === undefined ? null : names.poolIds(query.pool),
    kinds: query.kind === undefined ? null : [query.kind],
    ...range,
    afterAt: after?.[0] ?? null,
    afterId: after?.[1] ?? null,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, (row) => [row.at, row.id]);
  return {
    items: page.rows.map((row): ListedChange => {
      const verdict = keptVerdictSchema.safeParse(row.told);
      const isJudged =
        (row.posted || (row.kind !== "node-down" && row.kind !== "node-up")) &&
        row.at > now - judgedForMs;
      return {
        ...changeOf(names, row),
        posted: row.posted,
        verdict: verdict.success ? verdict.data : null,
        verdictDue: verdict.success || !isJudged ? null : iso(dueAt(row.at)),
      };
    }),
    nextCursor: page.nextCursor,
  };
}
