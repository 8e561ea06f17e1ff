import type { z } from "zod";
import type { ChangeMark, changesQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { changesPage } from "@/lib/store/read/changes-page";
import { rangeOf } from "@/lib/view/range";
import { momentCursor, pageOf, readCursor } from "./cursor";
import { Names } from "./names";
import { changeOf } from "./wire";

/**
 * Changes in the range, newest first; with a pool, its own and those that name none.
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function changes(
  db: Queryable,
  query: z.output<typeof changesQuery>,
  now: number,
): Promise<{ items: ChangeMark[]; nextCursor: string | null }> {
  const range = rangeOf(query, now);
  const after = readCursor(query.cursor, momentCursor);
  const names = await Names.read(db);
  const rows = await changesPage(db, {
    pools: query.pool === undefined ? null : names.poolIds(query.pool),
    ...range,
    afterAt: after?.[0] ?? null,
    afterId: after?.[1] ?? null,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, (row) => [row.at, row.id]);
  return { items: page.rows.map((row) => changeOf(names, row)), nextCursor: page.nextCursor };
}
