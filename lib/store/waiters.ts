/** Callers that wait for the same thing to happen. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  /** Resolves when they are woken the next time, or after `mostMs`. */
  async wait(mostMs?: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = mostMs === undefined ? undefined : setTimeout(end, mostMs);
      this.waiting.add(end);
    });
  }

  /** Wakes those that wait now. */
  wake(): void {
    for (const end of this.waiting) end();
  }
}
