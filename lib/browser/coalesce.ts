/** Timers as an argument, so that a test can turn the clock. */
export interface Timers {
  now: () => number;
  /** Runs it after so many ms; what comes back calls it off. */
  after: (run: () => void, ms: number) => () => void;
}

const browserTimers: Timers = {
  now: () => performance.now(),
  after: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Gathers what changed and hands it on in one go: at the soonest deadline that was asked for, and
 * never while the previous hand-over is at work, so that a slow server is not asked faster than it
 * answers.
 */
export class Coalescer<Item> {
  private readonly items = new Set<Item>();
  private due = Number.POSITIVE_INFINITY;
  private callOff: (() => void) | null = null;
  private busy = false;
  private stopped = false;

  private restUntil = Number.NEGATIVE_INFINITY;

  /** @param restMs how long after a hand-over is done the next one may come at the soonest */
  constructor(
    private readonly handOver: (items: Item[]) => Promise<unknown> | undefined,
    private readonly timers: Timers = browserTimers,
    private readonly restMs = 0,
  ) {}

  /** @param withinMs the longest that these may wait. */
  add(items: Iterable<Item>, withinMs: number): void {
    if (this.stopped) return;
    for (const item of items) this.items.add(item);
    if (this.items.size === 0) return;
    const due = Math.max(this.timers.now() + withinMs, this.restUntil);
    if (due >= this.due) return;
    this.due = due;
    if (!this.busy) this.arm();
  }

  stop(): void {
    this.stopped = true;
    this.disarm();
    this.items.clear();
  }

  private arm(): void {
    this.disarm();
    this.callOff = this.timers.after(() => this.flush(), Math.max(0, this.due - this.timers.now()));
  }

  private disarm(): void {
    this.callOff?.();
    this.callOff = null;
  }

  private flush(): void {
    const items = [...this.items];
    this.items.clear();
    this.due = Number.POSITIVE_INFINITY;
    this.callOff = null;
    this.busy = true;
    const done = () => {
      this.busy = false;
      this.restUntil = this.timers.now() + this.restMs;
      this.due = Math.max(this.due, this.restUntil);
      if (this.items.size > 0 && !this.stopped) this.arm();
      else this.due = Number.POSITIVE_INFINITY;
    };
    Promise.resolve(this.handOver(items)).then(done, done);
  }
}
