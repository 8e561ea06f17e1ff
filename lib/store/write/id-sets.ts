/** A set of ids for each of many: nearly always there is one, which then takes no object. */
export class IdSets {
  /** The first id and 1; 0 for none. */
  private first: Int32Array;
  private readonly more = new Map<number, number[]>();

  constructor(capacity: number) {
    this.first = new Int32Array(capacity);
  }

  grow(capacity: number): void {
    const { first } = this;
    this.first = new Int32Array(capacity);
    this.first.set(first);
  }

  /** Empties the first `count` of them. */
  clear(count: number): void {
    this.first.fill(0, 0, count);
    this.more.clear();
  }

  enter(at: number, id: number): void {
    const had = this.first[at];
    if (had === id + 1) return;
    if (had === 0) {
      this.first[at] = id + 1;
      return;
    }
    const more = this.more.get(at);
    if (more === undefined) this.more.set(at, [id]);
    else if (!more.includes(id)) more.push(id);
  }

  /** How many there are. */
  size(at: number): number {
    return this.first[at] === 0 ? 0 : 1 + (this.more.get(at)?.length ?? 0);
  }

  /** Calls for each, in order. */
  each(at: number, call: (id: number) => void): void {
    const first = this.first[at] ?? 0;
    if (first === 0) return;
    if (this.more.has(at)) for (const id of this.of(at)) call(id);
    else call(first - 1);
  }

  /** Enters those of another. */
  merge(at: number, others: IdSets, of: number): void {
    const first = others.first[of] ?? 0;
    if (first === 0) return;
    this.enter(at, first - 1);
    const more = others.more.get(of);
    if (more !== undefined) for (const id of more) this.enter(at, id);
  }

  /** In order. */
  of(at: number): number[] {
    const first = this.first[at] ?? 0;
    if (first === 0) return [];
    const more = this.more.get(at);
    return more === undefined ? [first - 1] : [first - 1, ...more].sort((a, b) => a - b);
  }
}
