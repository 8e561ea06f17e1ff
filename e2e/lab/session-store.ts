/** Where backends keep sessions. */
export interface Sessions {
  readonly name: string;
  has(id: string): boolean | Promise<boolean>;
  keep(id: string): void | Promise<void>;
  forget(id: string): void | Promise<void>;
}

/** Sessions in this process: one per node (memory) or one for all (shared). */
export class SessionStore implements Sessions {
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

  forget(id: string): void {
    this.#known.delete(id);
  }

  clear(): void {
    this.#known.clear();
  }
}
