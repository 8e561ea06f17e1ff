import type { EpochMs } from "@/lib/domain/facts";
import { Problem } from "@/lib/domain/problem";
import { Waiters } from "@/lib/store/waiters";
import type { Batch } from "./batch";
import { sizeOf } from "./batch";

/** Facts that a large delivery hands over at a time. */
export const mostPerBatch = 10_000;
/**
 * Facts that one transaction takes at most: the more, the less its statements and its commit cost for each, and the more
 * rows go to the same page of an index.
 */
const mostPerWrite = 40_000;
/**
 * How long a transaction may take; of one that sends its rows beside others, the sending: what it does alone hangs little
 * on how many rows they are.
 */
const aimedMs = 500;
/** Full transactions at a time: more of them leave pages and lone lines too little of the processors. */
const mostRunning = 2;
/** A batch up to these does not wait behind larger ones: lone lines among a thousand, a thousand in a flood. */
const loneFacts = 100;
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

/** What a transaction's writing is told, and tells. */
export interface Writing {
  /** Whether other batches wait or are written just now. */
  moreFollows(): boolean;
  /** To be called when its rows are with the database and the rest of it is not: the next transaction may send its own. */
  copied(): void;
}

/** Transactions that are written one after the other: all but the last of them have sent their rows. */
interface Lane {
  holds(batch: Batch): boolean;
  running: number;
  isCopying: boolean;
}

/** A lane for batches of so many facts. */
function laneOf(fewest: number, most: number): Lane {
  const holds = (batch: Batch) => sizeOf(batch) >= fewest && sizeOf(batch) <= most;
  return { holds, running: 0, isCopying: false };
}

/**
 * Gathers what many senders bring into few transactions, in order of arrival.
 * While one is being written the next is gathered: a lone line is written at
 * once, a thousand small deliveries share a commit. Small batches do not wait
 * for large ones; facts may be written in any order. While a transaction sums
 * up and commits, the next one, if it is a full one, sends its rows already.
 */
export class WriteQueue {
  private waiting: Waiting[] = [];
  private size = 0;
  private running = 0;
  private isScheduled = false;
  private readonly lanes: readonly Lane[] = [
    laneOf(0, loneFacts),
    laneOf(loneFacts + 1, fewFacts),
    laneOf(fewFacts + 1, Number.POSITIVE_INFINITY),
  ];
  /** Those that wait until nothing waits or is written. */
  private readonly idlers = new Waiters();

  /** Facts that the next transaction takes at most, by how long the last ones took. */
  private most = mostPerBatch;

  constructor(
    /** Writes batches in one transaction. */
    private readonly write: (batches: Batch[], writing: Writing) => Promise<Outcome[]>,
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
      this.schedule();
    });
  }

  /** Whether more waits than a small delivery brings. */
  get isBusy(): boolean {
    return this.size > mostPerBatch;
  }

  /**
   * Whether so little waits that the next transaction would not be a full one while one sends its rows and another ends;
   * else a large delivery is read no further than two batches ahead.
   */
  get hasRoom(): boolean {
    return this.size < 3 * this.most;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running > 0 || this.waiting.length > 0) await this.idlers.wait();
  }

  /** Begins what may begin after a turn of the event loop: deliveries that came together are written together. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      for (const lane of this.lanes) this.begin(lane);
    });
  }

  private begin(lane: Lane): void {
    if (lane.isCopying || lane.running >= mostRunning) return;
    let size = 0;
    const taken = new Set<Waiting>();
    let isFull = false;
    for (const next of this.waiting) {
      if (!lane.holds(next.batch)) continue;
      const more = sizeOf(next.batch);
      isFull = size + more > this.most;
      if (taken.size > 0 && isFull) break;
      taken.add(next);
      size += more;
    }
    isFull ||= size >= this.most;
    if (taken.size === 0 || (lane.running > 0 && !isFull)) return;
    this.waiting = this.waiting.filter((waiting) => !taken.has(waiting));
    void this.run(lane, [...taken], size);
  }

  private async run(lane: Lane, taken: readonly Waiting[], size: number): Promise<void> {
    this.running += 1;
    lane.running += 1;
    lane.isCopying = true;
    const began = this.now();
    let tookMs: number | null = null;
    const copied = () => {
      if (tookMs !== null) return;
      tookMs = this.now() - began;
      this.learn(size, tookMs);
      lane.isCopying = false;
      this.begin(lane);
    };
    try {
      const outcomes = await this.write(
        taken.map(({ batch }) => batch),
        { copied, moreFollows: () => this.running > 1 || this.waiting.length > 0 },
      );
      copied();
      taken.forEach(({ resolve }, at) => {
        resolve(outcomes[at] ?? { accepted: 0, duplicates: 0 });
      });
    } catch (error) {
      for (const { reject } of taken) reject(error);
    } finally {
      this.size -= size;
      this.running -= 1;
      lane.running -= 1;
      copied();
      this.begin(lane);
      this.idlers.wake();
    }
  }

  private learn(size: number, tookMs: number): void {
    // A small one tells what a transaction costs, not what a fact does.
    if (size < mostPerBatch) return;
    const fitting = (size * aimedMs) / Math.max(tookMs, 1);
    this.most = Math.max(mostPerBatch, Math.min(fitting, 2 * this.most, mostPerWrite));
  }
}
