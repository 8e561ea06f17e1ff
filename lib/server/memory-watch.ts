import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const megabyte = 1024 * 1024;
/** Where the process holds more than this, each of its threads drops at once what it no longer uses. */
const muchBytes = 540 * megabyte;
/** Not again before it has grown by so much. */
const growthBytes = 16 * megabyte;
const lookEveryMs = 500;
/** Collecting takes a tenth of a second where much is in use. */
const shortestPauseMs = 2500;

/** What decides when a thread collects, apart from clock and process. */
export class MemoryWatch {
  private lastAt = Number.NEGATIVE_INFINITY;
  private floor = 0;

  constructor(
    private readonly resident: () => number,
    private readonly collect: () => void,
  ) {}

  /** Looks at what the process holds; collects where that is much, and more than the last collecting left. */
  look(now: number): void {
    const held = this.resident();
    if (held <= muchBytes || held < this.floor + growthBytes) return;
    if (now - this.lastAt < shortestPauseMs) return;
    this.collect();
    this.lastAt = now;
    this.floor = this.resident();
  }
}

/**
 * Drops what this thread no longer uses: once now, after its start, and whenever the process holds much. V8 lets a heap
 * grow as long as its own limit allows, and knows nothing of the other thread's.
 */
export function watchMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") return;
  collect();
  const watch = new MemoryWatch(process.memoryUsage.rss, () => collect());
  setInterval(() => watch.look(performance.now()), lookEveryMs).unref();
}
