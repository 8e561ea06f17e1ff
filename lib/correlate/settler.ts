import type { Pool } from "pg";
import { Waiters } from "@/lib/store/waiters";
import {
  beginReview,
  ContextMemory,
  hasUnsettled,
  pooledNodes,
  type Settled,
  settleNames,
  settleRound,
} from "./settle";

export interface SettlerOptions {
  pool: Pool;
  now: () => number;
  onSettled: (settled: Settled) => void;
  /** Whether facts are being written just now: then the settling leaves them most of the time. */
  isWriting?: () => boolean;
  /** A round failed; it will be tried again. */
  onError: (error: unknown) => void;
}

/** How long a pool's surroundings may be used again while facts stream in; a review looks anew. */
const contextAgeMs = 5000;
/** Rounds as short as this stand in nobody's way. */
const briefMs = 50;
const longestPauseMs = 3000;
/** While facts stream in, settling takes about this part of the time. */
const partWhileWriting = 1 / 8;
const reviewsAtMostEveryMs = 200;
/** A correction of causes may wait this long, if that spares work. */
const longestEasyRestMs = 8000;
const firstRetryMs = 500;
const longestRetryMs = 30_000;

/** How long to rest after a review that took `took` ms. */
export function restAfterReview(took: number): number {
  const easy = Math.min(took * 9, longestEasyRestMs);
  return Math.max(reviewsAtMostEveryMs, easy, took * 4);
}

/**
 * Settles what the writing marked, at once, one round after the other. What
 * new facts mean for bounces around them is reviewed when nothing else waits,
 * for a tenth of the time where that is soon enough, and never for more than a fifth.
 */
export class Settler {
  private readonly names = new Set<number>();
  private readonly contexts: ContextMemory;
  private running: Promise<void> | null = null;
  private wanted = false;
  private stopped = false;
  private reviewAfter = 0;
  private timer: NodeJS.Timeout | null = null;
  private failures = 0;
  /** Those that wait until nothing runs. */
  private readonly waiting = new Waiters();
  /** The pause between two rounds. */
  private readonly pause = new Waiters();

  constructor(private readonly options: SettlerOptions) {
    this.contexts = new ContextMemory(options.now, contextAgeMs);
  }

  /** Takes up what an earlier process left. */
  async start(): Promise<void> {
    for (const pool of await pooledNodes(this.options.pool)) this.names.add(pool);
    this.kick();
  }

  /** Says that there is something to settle. */
  kick(pools: readonly number[] = []): void {
    for (const pool of pools) this.names.add(pool);
    this.wanted = true;
    if (!this.stopped && this.running === null) this.running = this.run();
  }

  /** Resolves when what was marked before is settled and reviewed, or after `ms`, or when all are let go. */
  async within(ms: number): Promise<void> {
    if (this.running !== null) await this.waiting.wait(ms);
  }

  /** Those that wait need not wait any longer: what they wait for takes its time. */
  letGo(): void {
    this.waiting.wake();
  }

  /** Says that no more facts stream in: what is left is settled without a pause. */
  hurry(): void {
    this.pause.wake();
  }

  /** Settles and reviews until nothing is left, without waiting between reviews. */
  async drain(): Promise<void> {
    for (;;) {
      while (this.running) await this.running;
      this.reviewAfter = 0;
      if (!(await hasUnsettled(this.options.pool)) && this.names.size === 0) return;
      this.kick();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.wanted && !this.stopped) {
        this.wanted = false;
        await this.settleAll();
        await this.review();
      }
      this.failures = 0;
    } catch (error) {
      this.options.onError(error);
      this.failures += 1;
      this.later(Math.min(longestRetryMs, firstRetryMs * 2 ** this.failures));
    } finally {
      this.running = null;
      this.waiting.wake();
    }
    if (this.wanted && this.failures === 0) this.kick();
  }

  private async settleAll(): Promise<void> {
    const { pool, onSettled } = this.options;
    while (!this.stopped) {
      if (this.names.size > 0) {
        // Taken before the work: what is named meanwhile must stay for the next turn.
        const pools = [...this.names];
        this.names.clear();
        try {
          await settleNames(pool, pools);
        } catch (error) {
          for (const id of pools) this.names.add(id);
          throw error;
        }
      }
      const began = this.options.now();
      const settled = await settleRound(pool, this.contexts);
      if (settled === null) return;
      const took = this.options.now() - began;
      // A session that goes on being written to would have to be judged again: better a little later, and once.
      if (this.options.isWriting?.() && took > briefMs)
        await this.pause.wait(Math.min(longestPauseMs, took / partWhileWriting));
      if (settled.from !== null) onSettled(settled);
    }
  }

  private async review(): Promise<void> {
    const wait = this.reviewAfter - this.options.now();
    if (wait > 0) {
      this.later(wait);
      return;
    }
    const began = this.options.now();
    this.contexts.clear();
    if ((await beginReview(this.options.pool)) > 0) await this.settleAll();
    const took = this.options.now() - began;
    this.reviewAfter = this.options.now() + restAfterReview(took);
  }

  private later(ms: number): void {
    if (this.timer || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.kick();
    }, ms);
    this.timer.unref();
  }
}
