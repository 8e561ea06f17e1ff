import type { EpochMs } from "@/lib/domain/facts";

interface Entry<T> {
  at: EpochMs;
  order: number;
  what: T;
}

/** What is due, earliest first; of two at the same moment the one that was noted first. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  note(at: EpochMs, what: T): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order, what });
    this.#order += 1;
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) break;
      child = parent;
    }
  }

  get nextAt(): EpochMs | null {
    return this.#heap[0]?.at ?? null;
  }

  /** Takes the earliest; null when nothing is left. */
  take(): { at: EpochMs; what: T } | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last) return null;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return { at: first.at, what: first.what };
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = parent * 2 + 1;
      const right = left + 1;
      const earlier = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(earlier, parent)) return;
      parent = earlier;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (!one || !other) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swapIfEarlier(a: number, b: number): boolean {
    if (!this.#isEarlier(a, b)) return false;
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (!one || !other) return false;
    this.#heap[a] = other;
    this.#heap[b] = one;
    return true;
  }
}
