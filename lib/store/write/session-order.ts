import { sessionAt } from "./request-rows";
import type { PackedRow } from "./row-writer";

interface OrderedRow {
  request: { row: PackedRow; written: string | null };
  as: { session: string };
}

const keys = 65_536;
/** Fewer rows hardly ever go to the same page of an index. */
const fewest = 1000;

/** The first 16 bits of a row's session. */
function keyOf({ request: { row, written }, as: { session } }: OrderedRow): number {
  return session === written
    ? row.block.readUInt16BE(row.start + sessionAt)
    : Number.parseInt(session.slice(0, 4), 16);
}

/**
 * Rows in about the order of their sessions, those of a session as they came. The primary key begins with the session:
 * in this order Postgres finds the place of most rows on a page of the index that it has just used, which halves what
 * COPY takes for rows that go to fewer pages than there are rows. Counting by 16 bits puts millions of an index's pages
 * in order well enough, and takes a fraction of what a sort does.
 */
export function inSessionOrder<T extends OrderedRow>(rows: readonly T[]): readonly T[] {
  if (rows.length < fewest) return rows;
  const keyed = new Uint16Array(rows.length);
  const next = new Uint32Array(keys + 1);
  rows.forEach((row, at) => {
    const key = keyOf(row);
    keyed[at] = key;
    next[key + 1] = (next[key + 1] ?? 0) + 1;
  });
  for (let key = 1; key <= keys; key++) next[key] = (next[key] ?? 0) + (next[key - 1] ?? 0);
  const ordered = [...rows];
  rows.forEach((row, at) => {
    const key = keyed[at] ?? 0;
    const place = next[key] ?? 0;
    next[key] = place + 1;
    ordered[place] = row;
  });
  return ordered;
}
