import { Session } from "node:inspector";

const megabyte = 1024 * 1024;
/** Where the process holds more than this, each of its threads drops at once what it no longer uses. */
const muchBytes = 540 * megabyte;
/** Not again before it has grown by so much. */
const growthBytes = 16 * megabyte;
const lookEveryMs = 500;
/** Collecting takes some tenths of a second where much is in use. */
const shortestPauseMs = 2500;

/** What decides when a thread collects, apart from clock and process. */
export class MemoryWatch {
  private lastAt = Number.NEGATIVE_INFINITY;
  private floor = 0;

  constructor(
    private readonly resident: () => number,
    private readonly collect: () => Promise<void>,
  ) {}

  /** Looks at what the process holds; collects where that is much, and more than the last collecting left. */
  async look(now: number): Promise<void> {
    const held = this.resident();
    if (held <= muchBytes || held < this.floor + growthBytes) return;
    if (now - this.lastAt < shortestPauseMs) return;
    this.lastAt = now;
    await this.collect();
    this.floor = this.resident();
  }
}

/**
 * Drops what this thread no longer uses, and gives its memory back: once now, after its start, and whenever the process
 * holds much. V8 lets a heap grow as long as its own limit allows, and knows nothing of the other thread's.
 */
export function watchMemory(): void {
  void collectGarbage();
  const watch = new MemoryWatch(process.memoryUsage.rss, collectGarbage);
  setInterval(() => void watch.look(performance.now()), lookEveryMs).unref();
}

/**
 * Collects as V8 does when memory runs out. What `--expose-gc` offers leaves the pages of the heap half empty: a fifth of
 * what the process holds.
 * Source: https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage
 */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await new Promise<void>((resolve) => {
      session.post("HeapProfiler.collectGarbage", () => resolve());
    });
  } finally {
    session.disconnect();
  }
}
