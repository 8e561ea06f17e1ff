/**
 * Counts how often each line came in one delivery, in little memory: 8 bytes
 * a line until it repeats. Two lines whose 64 bits agree are taken for the
 * same here; with ten million lines that happens once in 400,000 deliveries,
 * and then costs nothing, as the count only tells apart equal texts.
 */
export class Occurrences {
  /** The two halves of each hash, one behind the other. */
  private halves = new Uint32Array(2048);
  private size = 0;
  private readonly repeated = new Map<string, number>();

  /**
   * How many times this line (by its hash in hex, 16 digits or more) came before.
   * @param earlier how often it came before this delivery, asked at its first line.
   */
  next(hash: string, earlier = 0): number {
    return this.nextOf(hexIn(hash, 0, 8), hexIn(hash, 8, 16), earlier);
  }

  /** The same by the first 64 bits of its hash, as two numbers without a sign. */
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
    this.halves = new Uint32Array(halves.length * 2);
    this.size = 0;
    for (let at = 0; at < halves.length; at += 2) {
      const low = halves[at + 1] ?? 0;
      if (low !== 0) this.enter(halves[at] ?? 0, low);
    }
  }
}

/** The number that these (lower-case) hex digits are; of eight digits, without a sign. */
function hexIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    value = (value << 4) | (code <= 57 ? code - 48 : code - 87);
  }
  return value >>> 0;
}
