import type { z } from "zod";
import type { RejectList, rejectsQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { rejectReasons } from "@/lib/store/read/reject-reasons";
import { rejectsPage } from "@/lib/store/read/rejects-page";
import { iso, rangeOf } from "@/lib/view/range";
import { momentCursor, pageOf, readCursor } from "./cursor";

/**
 * Lines that did not parse, newest first, and how many by reason in the whole range.
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function rejects(
  db: Queryable,
  query: z.output<typeof rejectsQuery>,
  now: number,
): Promise<RejectList> {
  // A line rejected in this very millisecond belongs to a range that ends now.
  const { from, to } = rangeOf(query, now);
  const range = { from, to: to === now ? to + 1 : to };
  const after = readCursor(query.cursor, momentCursor);
  const source = query.source ?? null;
  const [rows, byReason] = await Promise.all([
    rejectsPage(db, {
      ...range,
      source,
      afterAt: after?.[0] ?? null,
      afterId: after?.[1] ?? null,
      limit: query.limit + 1,
    }),
    rejectReasons(db, { ...range, source }),
  ]);
  const page = pageOf(rows, query.limit, (row) => [row.at, row.id]);
  return {
    items: page.rows.map((row) => ({
      source: row.source,
      at: iso(row.at),
      reason: row.reason,
      text: row.text,
    })),
    byReason,
    nextCursor: page.nextCursor,
  };
}
