/**
 * Keeps what was made of texts that were met lately, found also by a part of a line's bytes, without cutting it out.
 * Bytes stand for texts where they are ASCII.
 */
export class TextMemory<T> {
  private young = new Table<T>();
  private old = new Table<T>();

  constructor(
    /** So many at least are kept. */
    private readonly size: number,
  ) {}

  /** What is known of a text. */
  get(text: string): T | undefined {
    const hash = hashOf(text);
    const known = this.young.get(hash, text);
    if (known !== undefined) return known;
    const value = this.old.get(hash, text);
    if (value !== undefined) this.enter(hash, text, value);
    return value;
  }

  /** What is known of the text between two places of a line. */
  getIn(line: Buffer, from: number, to: number): T | undefined {
    const hash = hashIn(line, from, to);
    const known = this.young.getIn(hash, line, from, to);
    if (known !== undefined) return known;
    const value = this.old.getIn(hash, line, from, to);
    if (value !== undefined) this.enter(hash, line.toString("latin1", from, to), value);
    return value;
  }

  set(text: string, value: T): void {
    this.enter(hashOf(text), text, value);
  }

  private enter(hash: number, text: string, value: T): void {
    this.young.enter(hash, copyOf(text), value);
    if (this.young.size < this.size) return;
    this.old = this.young;
    this.young = new Table();
  }
}

/** A copy in one piece: what was cut out of a line would keep the whole line in memory. */
export function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

const fnvBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a; http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = fnvBasis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), fnvPrime);
  return hash;
}

/** The same of the text between two places of a line. */
export function hashIn(line: Uint8Array, from: number, to: number, basis = fnvBasis): number {
  let hash = basis;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (line[at] ?? 0), fnvPrime);
  return hash;
}

/** Whether a text stands between two places of a line. */
export function standsIn(text: string, line: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) !== line[from + at]) return false;
  return true;
}

/** Texts and what they mean, by their hashes; at most half of the places are taken. */
class Table<T> {
  private places = new Int32Array(512);
  private readonly hashes: number[] = [];
  private readonly texts: string[] = [];
  private readonly values: T[] = [];

  get size(): number {
    return this.texts.length;
  }

  get(hash: number, text: string): T | undefined {
    const mask = this.places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const n = (this.places[place] ?? 0) - 1;
      if (n < 0) return undefined;
      if (this.hashes[n] === hash && this.texts[n] === text) return this.values[n];
    }
  }

  getIn(hash: number, line: Buffer, from: number, to: number): T | undefined {
    const mask = this.places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const n = (this.places[place] ?? 0) - 1;
      if (n < 0) return undefined;
      if (this.hashes[n] === hash && standsIn(this.texts[n] ?? "", line, from, to))
        return this.values[n];
    }
  }

  enter(hash: number, text: string, value: T): void {
    this.texts.push(text);
    this.hashes.push(hash);
    this.values.push(value);
    if (this.texts.length * 2 > this.places.length) {
      this.places = new Int32Array(this.places.length * 2);
      for (let n = 0; n < this.hashes.length; n++) this.put(this.hashes[n] ?? 0, n);
    } else this.put(hash, this.texts.length - 1);
  }

  private put(hash: number, n: number): void {
    const mask = this.places.length - 1;
    let place = hash & mask;
    while (this.places[place] !== 0) place = (place + 1) & mask;
    this.places[place] = n + 1;
  }
}
