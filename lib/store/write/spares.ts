/**
 * Keeps things whose memory is large and used for moments, to be used again: V8 counts the bytes of arrays that were made
 * since it last looked through the whole heap, used or not, and looks again after some tens of megabytes of them.
 */
export class Spares<T> {
  private readonly spares: T[] = [];

  constructor(
    private readonly make: () => T,
    /** So many are kept. */
    private readonly most: number,
  ) {}

  /** One that was given back, else a new one. */
  take(): T {
    return this.spares.pop() ?? this.make();
  }

  /** @param spare nobody else's, as if it were new, and given back once. */
  giveBack(spare: T): void {
    if (this.spares.length < this.most) this.spares.push(spare);
  }
}
