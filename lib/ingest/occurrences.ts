/** So many lines are kept by all 64 bits; more in tables that are never made larger, half as large for each line. */
const mostWide = 1 << 19;
const narrowPlaces = 1 << 22;
const mostInNarrow = narrowPlaces * 0.7;

/**
 * Lines by 32 bits of their hashes, and by where they stand: their place is made of 22 more. A line that did not come is
 * found about once in a thousand million look-ups.
 */
class NarrowTable {
  size = 0;
  private readonly places = new Int32Array(narrowPlaces);

  /** Where the line stands, or the place that is free for it. */
  private placeOf(high: number, low: number): number {
    const { places } = this;
    const mask = narrowPlaces - 1;
    for (let at = high & mask; ; at = (at + 1) & mask) {
      const found = places[at];
      if (found === 0 || found === low) return at;
    }
  }

  has(high: number, low: number): boolean {
    return this.places[this.placeOf(high, low)] !== 0;
  }

  enter(high: number, low: number): void {
    this.places[this.placeOf(high, low)] = low;
    this.size += 1;
  }
}

/**
 * Counts how often each line came in one delivery, in little memory: at most 32 bytes
 * a line until it repeats, 6 to 12 where there are millions. Two lines whose 64 bits agree are taken for the
 * same here; with ten million lines that happens once in 400,000 deliveries,
 * and then costs nothing, as the count only tells apart equal texts.
 */
export class Occurrences {
  /** The two halves of each hash, one behind the other. */
  private halves = new Int32Array(2048);
  private size = 0;
  private readonly narrow: NarrowTable[] = [];
  private readonly repeated = new Map<string, number>();

  /**
   * How many times this line (by its hash in hex, 16 digits or more) came before.
   * @param earlier how often it came before this delivery, asked at its first line.
   */
  next(hash: string, earlier = 0): number {
    return this.nextOf(hexIn(hash, 0, 8), hexIn(hash, 8, 16), earlier);
  }

  /** The same by the first 64 bits of its hash, as two numbers with a sign: such are no objects to V8. */
  nextOf(high: number, low: number, earlier = 0): number {
    // Zero in both halves means an empty place.
    const isNew = this.enter(high, low || 1);
    if (isNew && earlier === 0) return 0;
    const key = `${high} ${low}`;
    const before = this.repeated.get(key) ?? (earlier > 0 ? earlier : 1);
    this.repeated.set(key, before + 1);
    return before;
  }

  private enter(high: number, low: number): boolean {
    if (this.size < mostWide) return this.enterWide(high, low);
    if (this.isWide(high, low)) return false;
    for (const known of this.narrow) if (known.has(high, low)) return false;
    let table = this.narrow.at(-1);
    if (table === undefined || table.size >= mostInNarrow) {
      table = new NarrowTable();
      this.narrow.push(table);
    }
    table.enter(high, low);
    return true;
  }

  private isWide(high: number, low: number): boolean {
    const { halves } = this;
    const mask = halves.length - 1;
    for (let at = ((high ^ low) << 1) & mask; halves[at + 1] !== 0; at = (at + 2) & mask)
      if (halves[at + 1] === low && halves[at] === high) return true;
    return false;
  }

  private enterWide(high: number, low: number): boolean {
    if (this.size * 4 >= this.halves.length) this.grow();
    const { halves } = this;
    const mask = halves.length - 1;
    for (let at = ((high ^ low) << 1) & mask; ; at = (at + 2) & mask) {
      if (halves[at + 1] === 0) {
        halves[at] = high;
        halves[at + 1] = low;
        this.size += 1;
        return true;
      }
      if (halves[at + 1] === low && halves[at] === high) return false;
    }
  }

  private grow(): void {
    const { halves } = this;
    this.halves = new Int32Array(halves.length * 2);
    this.size = 0;
    for (let at = 0; at < halves.length; at += 2) {
      const low = halves[at + 1] ?? 0;
      if (low !== 0) this.enterWide(halves[at] ?? 0, low);
    }
  }
}

/** The number that these eight (lower-case) hex digits are, with a sign. */
function hexIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    value = (value << 4) | (code <= 57 ? code - 48 : code - 87);
  }
  return value;
}
