/** Where backends keep sessions: one per node (memory) or one for all (shared). */
export class SessionStore {
  readonly name: string;
  readonly #known = new Set<string>();
  /** While away, nothing is found and nothing is kept. */
  away = false;

  constructor(name: string) {
    this.name = name;
  }

  has(id: string): boolean {
    return !this.away && this.#known.has(id);
  }

  keep(id: string): void {
    if (!this.away) this.#known.add(id);
  }

  evict(id: string): void {
    this.#known.delete(id);
  }

  clear(): void {
    this.#known.clear();
  }
}
