import type { EpochMs } from "@/lib/domain/facts";
import { Problem } from "@/lib/domain/problem";
import type { Batch } from "./batch";
import { sizeOf } from "./batch";

/** Facts that a large delivery hands over at a time. */
export const mostPerBatch = 10_000;
/**
 * Facts that one transaction takes at most: the more, the less its statements and its commit cost for each, and the more
 * rows go to the same page of an index.
 */
const mostPerWrite = 40_000;
/** How long a transaction may take: a lone line waits for the one that runs. */
const aimedMs = 500;
/** A batch up to this does not wait behind the large ones of a delivery that flows. */
const fewFacts = 1000;
/** Facts that may wait; beyond, senders are asked to come back. */
const mostWaiting = 220_000;

interface Waiting {
  batch: Batch;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

export interface Outcome {
  accepted: number;
  duplicates: number;
}

/**
 * Gathers what many senders bring into few transactions, in order of arrival.
 * While one is being written the next is gathered: a lone line is written at
 * once, a thousand small deliveries share a commit.
 */
export class WriteQueue {
  private waiting: Waiting[] = [];
  private size = 0;
  private running: Promise<void> | null = null;

  /** Whether the last transaction was of small batches while large ones waited: then it is those's turn. */
  private wentAhead = false;

  /** Facts that the next transaction takes at most, by how long the last ones took. */
  private most = mostPerBatch;

  constructor(
    /** Writes batches in one transaction; `more` says whether others wait. */
    private readonly write: (batches: Batch[], more: boolean) => Promise<Outcome[]>,
    private readonly now: () => EpochMs,
  ) {}

  /**
   * Resolves once the batch is on disk.
   * @throws Problem 429 when too much waits already, and whatever the writing throws.
   */
  add(batch: Batch): Promise<Outcome> {
    const size = sizeOf(batch);
    if (this.size > 0 && this.size + size > mostWaiting)
      throw new Problem(
        429,
        "Too much is waiting to be written",
        "Send the same delivery again in a moment; what it repeats is not counted twice.",
        { headers: { "Retry-After": "2" } },
      );
    this.size += size;
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Whether more waits than a small delivery brings. */
  get isBusy(): boolean {
    return this.size > mostPerBatch;
  }

  /**
   * Whether so little waits that the next transaction would not be a full one; else a large delivery is read no further
   * than two batches ahead.
   */
  get hasRoom(): boolean {
    return this.size < 2 * this.most;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // A turn of the event loop: deliveries that came together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const taken = this.take();
      const began = this.now();
      try {
        const outcomes = await this.write(
          taken.map(({ batch }) => batch),
          this.waiting.length > 0,
        );
        this.learn(taken, this.now() - began);
        taken.forEach(({ resolve }, at) => {
          resolve(outcomes[at] ?? { accepted: 0, duplicates: 0 });
        });
      } catch (error) {
        for (const { reject } of taken) reject(error);
      } finally {
        for (const { batch } of taken) this.size -= sizeOf(batch);
      }
    }
    this.running = null;
  }

  private learn(taken: readonly Waiting[], tookMs: number): void {
    const size = taken.reduce((sum, { batch }) => sum + sizeOf(batch), 0);
    // A small one tells what a transaction costs, not what a fact does.
    if (size < mostPerBatch) return;
    const fitting = (size * aimedMs) / Math.max(tookMs, 1);
    this.most = Math.max(mostPerBatch, Math.min(fitting, 2 * this.most, mostPerWrite));
  }

  /**
   * What the next transaction takes, in order of arrival; only that small
   * batches go before large ones, every other time: a lone line shall be seen at
   * once also while a million others come. Facts may be written in any order.
   */
  private take(): Waiting[] {
    const isSmall = ({ batch }: Waiting) => sizeOf(batch) <= fewFacts;
    const small = this.waiting.filter(isSmall);
    const goesAhead = !this.wentAhead && small.length > 0 && small.length < this.waiting.length;
    this.wentAhead = goesAhead;
    const taken = new Set<Waiting>();
    let size = 0;
    for (const next of goesAhead ? small : this.waiting) {
      const more = sizeOf(next.batch);
      if (taken.size > 0 && size + more > this.most) break;
      taken.add(next);
      size += more;
    }
    this.waiting = this.waiting.filter((waiting) => !taken.has(waiting));
    return [...taken];
  }
}
