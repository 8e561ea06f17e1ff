import { sessionAt } from "./request-rows";
import { type PackedRow, writeUuid } from "./row-writer";

interface OrderedRow {
  request: { row: PackedRow; written: string | null };
  as: { session: string };
}

const keys = 65_536;
/** Fewer rows hardly ever go to the same page of an index. */
const fewest = 1000;

const own = Buffer.alloc(16);

/** Where a row stands in the order of the key, in 16 bits. */
function keyOf({ request: { row, written }, as: { session } }: OrderedRow): number {
  if (session === written) return keyPlace(row.block, row.start + sessionAt);
  writeUuid(own, 0, session);
  return keyPlace(own, 0);
}

/** Where what has a key comes next, while an order is made. */
const next = new Uint32Array(keys + 1);

const rotated = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

/**
 * The place that a session, whose 16 bytes stand at `at`, has among the keys of requests: the first 16 bits of its
 * `uuid_hash` in PostgreSQL, counted from the smallest `integer` on. Bob Jenkins' lookup3 of sixteen bytes, as
 * https://github.com/postgres/postgres/blob/master/src/common/hashfn.c has it (hash_bytes).
 */
export function keyPlace(bytes: Buffer, at: number): number {
  return placeOf(
    bytes.readInt32LE(at),
    bytes.readInt32LE(at + 4),
    bytes.readInt32LE(at + 8),
    bytes.readInt32LE(at + 12),
  );
}

/** The same of the 16 bytes as four numbers, the lowest byte first. */
function placeOf(n0: number, n1: number, n2: number, n3: number): number {
  const start = (0x9e3779b9 + 16 + 3923095) | 0;
  let a = (start + n0) | 0;
  let b = (start + n1) | 0;
  let c = (start + n2) | 0;
  a = ((a - c) | 0) ^ rotated(c, 4);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotated(a, 6);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotated(b, 8);
  b = (b + a) | 0;
  a = ((a - c) | 0) ^ rotated(c, 16);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotated(a, 19);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotated(b, 4);
  b = (b + a) | 0;

  a = (a + n3) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  return (c >>> 16) ^ 0x8000;
}

/**
 * The places of what has these keys, in their order; of equal keys as they came. Counting by 16 bits puts millions of an
 * index's pages in order well enough, and takes a fraction of what a sort does.
 */
function orderOf(keyed: Uint16Array): Uint32Array {
  next.fill(0);
  for (let n = 0; n < keyed.length; n++) {
    const after = (keyed[n] ?? 0) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let key = 1; key <= keys; key++) next[key] = (next[key] ?? 0) + (next[key - 1] ?? 0);
  const ordered = new Uint32Array(keyed.length);
  for (let n = 0; n < keyed.length; n++) {
    const key = keyed[n] ?? 0;
    const place = next[key] ?? 0;
    next[key] = place + 1;
    ordered[place] = n;
  }
  return ordered;
}

/**
 * Rows in about the order of the key, those of a session as they came. It begins with the session's hash: in this order
 * Postgres finds the place of most rows on a page of the index that it has just used, which halves what COPY takes for
 * rows that go to fewer pages than there are rows.
 */
export function inSessionOrder<T extends OrderedRow>(rows: readonly T[]): readonly T[] {
  if (rows.length < fewest) return rows;
  const ordered: T[] = [];
  for (const at of orderOf(Uint16Array.from(rows, keyOf))) {
    const row = rows[at];
    if (row) ordered.push(row);
  }
  return ordered;
}

const swapped = (value: number) =>
  (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);

/** The places of requests in that order. @param words four numbers each: their sessions' ids in quarters. */
export function sessionOrder(words: Int32Array, count: number): Uint32Array {
  const keyed = new Uint16Array(count);
  for (let n = 0; n < count; n++)
    keyed[n] = placeOf(
      swapped(words[n * 4] ?? 0),
      swapped(words[n * 4 + 1] ?? 0),
      swapped(words[n * 4 + 2] ?? 0),
      swapped(words[n * 4 + 3] ?? 0),
    );
  return orderOf(keyed);
}
