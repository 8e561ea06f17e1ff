import type { z } from "zod";
import type { Bounce, bouncesQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { bouncesPage } from "@/lib/store/read/bounces-page";
import { rangeOf } from "@/lib/view/range";
import { markCursor, pageOf, readCursor } from "./cursor";
import { Names } from "./names";
import { hashesOf } from "./session-id";
import { bounceOf } from "./wire";

/**
 * Bounces in the range, newest first.
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function bounces(
  db: Queryable,
  query: z.output<typeof bouncesQuery>,
  now: number,
): Promise<{ items: Bounce[]; nextCursor: string | null }> {
  const range = rangeOf(query, now);
  const after = readCursor(query.cursor, markCursor);
  const hashes = query.session === undefined ? null : hashesOf(query.session);
  if (query.session !== undefined && hashes === null) return { items: [], nextCursor: null };
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const rows = await bouncesPage(db, {
    pools,
    ...range,
    cause: query.cause ?? null,
    nodes: query.node === undefined ? null : names.idsNamed(pools, query.node),
    lb: names.lbId(query.lb),
    sessionFrom: hashes?.from ?? null,
    sessionTo: hashes?.to ?? null,
    afterAt: after?.[0] ?? null,
    afterSession: after?.[1] ?? null,
    afterId: after?.[2] ?? null,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, (row) => [row.at, row.session, row.id]);
  return { items: page.rows.map((row) => bounceOf(names, row)), nextCursor: page.nextCursor };
}
