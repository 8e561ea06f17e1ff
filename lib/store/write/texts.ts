import type { Pool } from "pg";
import { enterMissing } from "./enter-missing";

/** A row has 16 bits for the id of its path. */
const mostPathId = 65_535;
/** A text is entered once it was met so often among the last so many that were not known. */
const timesMet = 4;
const lately = 16_384;
const places = 65_536;

/** Texts of a kind. */
interface Kind {
  table: "texts" | "proofs";
  /** A longer text, in characters, is not entered. */
  longest: number;
  /** The table takes so many; what comes later stays in its rows. */
  most: number;
  /** So many are kept in memory at most. */
  remembered: number;
}

/** Paths and agents. */
const usual: Kind = { table: "texts", longest: 300, most: 100_000, remembered: 150_000 };
/** What proves bounces, as JSON; an index holds texts of up to 2,700 bytes. */
export const proofs: Kind = { table: "proofs", longest: 850, most: 20_000, remembered: 2_000 };

/**
 * Texts that come again and again, by their ids. A text that is met
 * once, such as a path with an order's number in it, is not worth an entry:
 * how often each was met is counted roughly, by a hash.
 */
export class Texts {
  private ids = new Map<string, number>();
  private readonly values = new Map<number, string>();
  private wanted = new Set<string>();
  private readonly met = new Uint8Array(places);
  private misses = 0;

  constructor(private readonly kind: Kind = usual) {}

  /** The text's id; 0 where it has none (yet). */
  find(text: string): number {
    const id = this.ids.get(text);
    if (id !== undefined) return id;
    if (text.length > this.kind.longest) return 0;
    if (++this.misses % lately === 0) this.met.fill(0);
    const place = hashOf(text) % places;
    const times = (this.met[place] ?? 0) + 1;
    this.met[place] = Math.min(times, 255);
    // Text cannot hold NUL.
    if (times < timesMet || text.includes("\0")) return 0;
    // A copy: what was cut out of a line would keep the whole line in memory.
    const kept = Buffer.from(text).toString();
    this.wanted.add(kept);
    if (this.ids.size >= this.kind.remembered) this.ids = new Map();
    this.ids.set(kept, 0);
    return 0;
  }

  /** The same for a path, whose ids have 16 bits: 0 beyond. */
  findPath(text: string): number {
    const id = this.find(text);
    return id <= mostPathId ? id : 0;
  }

  /** The text of an id that `find` answered. */
  text(id: number): string | undefined {
    return this.values.get(id);
  }

  /** Enters the texts that were met often enough, for the rows that are to come. */
  async learn(db: Pool): Promise<void> {
    if (this.wanted.size === 0) return;
    const texts = [...this.wanted].sort();
    this.wanted = new Set();
    const found = new Set<string>();
    const { table, most } = this.kind;
    await enterMissing(texts, {
      has: (text) => found.has(text),
      find: async (some) => {
        const { rows } = await db.query<{ id: number; value: string }>(
          `SELECT id, value FROM ${table} WHERE value = ANY ($1::text[])`,
          [some],
        );
        for (const { id, value } of rows) {
          found.add(value);
          this.ids.set(value, id);
          this.values.set(id, value);
        }
      },
      enter: async (some) => {
        const { rows } = await db.query<{ isFull: boolean }>(
          `SELECT coalesce(max(id), 0) >= ${most} AS "isFull" FROM ${table}`,
        );
        if (rows[0]?.isFull) return;
        await db.query(
          `INSERT INTO ${table} (value) SELECT w.value FROM unnest($1::text[]) AS w (value)
           ON CONFLICT (value) DO NOTHING`,
          [some],
        );
      },
    });
  }
}

/** FNV-1a; http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
