/** Events that one slow reader has not taken yet: bounded, the oldest go first. */
export class BoundedQueue<T> {
  readonly #most: number;
  #items: T[] = [];
  #dropped = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(item: T): void {
    this.#items.push(item);
    if (this.#items.length > this.#most) {
      this.#items.shift();
      this.#dropped += 1;
    }
  }

  shift(): T | undefined {
    return this.#items.shift();
  }

  get length(): number {
    return this.#items.length;
  }

  /** How many were dropped since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  clear(): void {
    this.#items = [];
  }
}
