import { hashIn } from "./text-memory";

/** Longer keys are not kept here. */
export const longestKey = 44;
/** Numbers of a key: its length, its session's id in quarters, and its bytes. */
const recordNumbers = 16;
const keyAt = 20;

/** A session's id in quarters. */
export interface SessionWords {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
}

/**
 * Which session a raw key means, of keys that were met lately and mean nothing else. Each is 64 bytes in one piece: a
 * hundred thousand of them are no place for objects that lead from one to the next, each far off in memory. Raw: they
 * go no further than the reading of lines.
 */
export class SessionKeys implements SessionWords {
  /** Of the key that was found last. */
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;
  private young = new Table();
  private old = new Table();

  constructor(
    /** So many at least are kept. */
    private readonly size: number,
  ) {}

  /** Whether the key between two places of a line is known; then its session's id is this object's. */
  find(line: Uint8Array, from: number, to: number): boolean {
    if (to - from > longestKey) return false;
    const hash = hashIn(line, from, to);
    let table = this.young;
    let at = table.find(hash, line, from, to);
    if (at < 0) {
      table = this.old;
      at = table.find(hash, line, from, to);
      if (at < 0) return false;
    }
    const { numbers } = table;
    this.w0 = numbers[at + 1] ?? 0;
    this.w1 = numbers[at + 2] ?? 0;
    this.w2 = numbers[at + 3] ?? 0;
    this.w3 = numbers[at + 4] ?? 0;
    if (table === this.old) this.enterHashed(hash, line, from, to, this);
    return true;
  }

  /** Remembers a key of at most `longestKey` bytes, which is not known. */
  enter(line: Uint8Array, from: number, to: number, session: SessionWords): void {
    this.enterHashed(hashIn(line, from, to), line, from, to, session);
  }

  private enterHashed(
    hash: number,
    line: Uint8Array,
    from: number,
    to: number,
    session: SessionWords,
  ): void {
    this.young.enter(hash, line, from, to, session);
    if (this.young.count < this.size) return;
    this.old = this.young;
    this.young = new Table();
  }
}

/** Keys by their hashes; at most half of the places are taken. */
class Table {
  count = 0;
  numbers = new Int32Array(256 * recordNumbers);
  private bytes = new Uint8Array(this.numbers.buffer);
  /** For each place the hash, and where the key's numbers begin and 1; 0 where it is empty. */
  private places = new Int32Array(1024);

  /** Where a key's numbers begin; -1 where it is not known. */
  find(hash: number, line: Uint8Array, from: number, to: number): number {
    const { places, numbers, bytes } = this;
    const mask = places.length - 1;
    for (let place = (hash << 1) & mask; ; place = (place + 2) & mask) {
      const at = (places[place + 1] ?? 0) - 1;
      if (at < 0) return -1;
      if (places[place] !== hash || numbers[at] !== to - from) continue;
      let byte = at * 4 + keyAt;
      let next = from;
      while (next < to && bytes[byte] === line[next]) {
        byte += 1;
        next += 1;
      }
      if (next === to) return at;
    }
  }

  enter(hash: number, line: Uint8Array, from: number, to: number, session: SessionWords): void {
    const at = this.count * recordNumbers;
    if (at === this.numbers.length) {
      const { numbers } = this;
      this.numbers = new Int32Array(numbers.length * 2);
      this.numbers.set(numbers);
      this.bytes = new Uint8Array(this.numbers.buffer);
    }
    const { numbers, bytes } = this;
    numbers[at] = to - from;
    numbers[at + 1] = session.w0;
    numbers[at + 2] = session.w1;
    numbers[at + 3] = session.w2;
    numbers[at + 4] = session.w3;
    for (let n = 0; n < to - from; n++) bytes[at * 4 + keyAt + n] = line[from + n] ?? 0;
    this.count += 1;
    if (this.count * 4 > this.places.length) {
      const { places } = this;
      this.places = new Int32Array(places.length * 2);
      for (let place = 0; place < places.length; place += 2)
        if (places[place + 1] !== 0) this.put(places[place] ?? 0, places[place + 1] ?? 0);
    }
    this.put(hash, at + 1);
  }

  private put(hash: number, value: number): void {
    const { places } = this;
    const mask = places.length - 1;
    let place = (hash << 1) & mask;
    while (places[place + 1] !== 0) place = (place + 2) & mask;
    places[place] = hash;
    places[place + 1] = value;
  }
}
