import { z } from "zod";
import { Problem } from "@/lib/domain/problem";

/** Where the next page begins: the sort key of the last row given, as text that fits a URL. */
export function writeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * The sort key in a cursor; null without one.
 * @throws {Problem} 400 when it is not one of ours.
 */
export function readCursor<T extends z.ZodType>(
  cursor: string | undefined,
  shape: T,
): z.output<T> | null {
  if (cursor === undefined || cursor === "") return null;
  const parsed = shape.safeParse(decoded(cursor));
  if (parsed.success) return parsed.data;
  throw new Problem(400, "Cursor not understood", "give the nextCursor of the page before", {
    errors: [{ path: "cursor", message: "not the nextCursor of a page of this list" }],
  });
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const uuid = z.guid();
const at = z.number().min(-1e14).max(1e14);
/** A moment, a session and an id. */
export const markCursor = z.tuple([at, uuid, uuid]);
/** A moment and an id. */
export const momentCursor = z.tuple([at, uuid]);
/** Two sort keys, a moment, a session and a pool. */
const count = z.int32();
export const sessionCursor = z.tuple([count, count, at, uuid, count]);

/** A page of `limit` of the rows that were read, one more than wanted, and the cursor of the next. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => (string | number)[],
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? writeCursor(keyOf(last)) : null };
}
