import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Settled } from "@/lib/correlate/settle";
import { Problem } from "@/lib/domain/problem";
import type { Chunks } from "@/lib/ingest/decode";
import type { Receipt } from "@/lib/schemas/ingest";
import { Waiters } from "@/lib/store/waiters";
import {
  errorOf,
  type FromThread,
  failureOf,
  type Order,
  type ThreadSettings,
  type ToThread,
  type WrittenNews,
} from "./ingest-messages";

/**
 * Bytes of a body, and of all bodies together, that may be on their way to the thread: senders are read no faster than
 * the thread takes. A little of each may be, however many they are.
 */
const mostOnTheWay = 512 * 1024;
const mostOfAll = 8 * 1024 * 1024;
/** Short-lived garbage of a batch fits in here, and need not be carried about before it is dropped. */
const youngMegabytes = 64;
const oldMegabytes = 384;
const restartMs = 1000;
/** How long somebody who asks for results waits for those of what came just before. */
const longestWaitMs = 3000;
/** Who asked while facts came in no longer ago than this watches them come, and need not wait for all. */
const watchingMs = 2000;

declare const HOPWATCH_BUNDLED: boolean | undefined;

/** The thread's first file: what the build made, or the source where that is read as it is. */
function threadFile(): string {
  if (typeof HOPWATCH_BUNDLED === "undefined")
    return path.join(process.cwd(), "lib", "server", "ingest-thread.mjs");
  return path.join(
    process.cwd(),
    process.env.HOPWATCH_DIST_DIR || ".next",
    "own",
    "ingest-thread.mjs",
  );
}

export interface ThreadEvents {
  onWritten(written: WrittenNews): void;
  onSettled(settled: Settled): void;
  /** Something failed that no call waits for. */
  onTrouble(error: Error, message: string): void;
}

interface Call {
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
  onTheWay: number;
  /** Lets the sending of the body go on. */
  wake(): void;
  isOver: boolean;
}

/** The ingest thread, seen from outside. When it dies it is started again; what it had not answered for is refused. */
export class IngestThread {
  private worker: Worker | null = null;
  private readonly calls = new Map<number, Call>();
  private lastCall = 0;
  private isBehind = false;
  /** When somebody last asked for results while facts came in. */
  private watchedAt = Number.NEGATIVE_INFINITY;
  /** Those that wait until it is not behind. */
  private readonly readers = new Waiters();
  private stopping = false;

  constructor(
    private readonly settings: ThreadSettings,
    private readonly events: ThreadEvents,
  ) {}

  /** Resolves when the thread has taken up what an earlier process left. */
  async start(): Promise<void> {
    const worker = new Worker(threadFile(), {
      workerData: this.settings,
      execArgv: [],
      resourceLimits: {
        maxYoungGenerationSizeMb: youngMegabytes,
        maxOldGenerationSizeMb: oldMegabytes,
      },
    });
    this.worker = worker;
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: FromThread) => {
        if ("ready" in message) resolve();
        else this.hear(message);
      });
      worker.on("error", (error) => this.events.onTrouble(error, "the ingest thread failed"));
      worker.once("error", reject);
      worker.once("exit", () => {
        reject(new Error("The ingest thread ended before it was ready"));
        this.ended();
      });
    });
  }

  /** Finishes what was taken in. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (!this.worker) return;
    await this.ask({ kind: "stop" });
    await this.worker.terminate();
  }

  /** Has the thread carry out an order; `body` is handed on as fast as it is taken. */
  async ask(order: Order, body?: Chunks): Promise<Receipt> {
    const { worker } = this;
    if (!worker) throw away();
    this.lastCall += 1;
    const id = this.lastCall;
    const call: Call = {
      resolve: () => undefined,
      reject: () => undefined,
      onTheWay: 0,
      wake: () => undefined,
      isOver: false,
    };
    const answered = new Promise<Receipt>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    this.calls.set(id, call);
    // More is coming in: who reads from now on watches it come.
    this.readers.wake();
    post(worker, { call: id, order });
    if (body) {
      // Awaited below; until then a failure must not be called unhandled.
      answered.catch(() => undefined);
      await this.send(worker, id, call, body);
    }
    return await answered;
  }

  /** Bytes of one body that may be on their way. */
  private get room(): number {
    return Math.min(mostOnTheWay, mostOfAll / this.calls.size);
  }

  private async send(worker: Worker, id: number, call: Call, body: Chunks): Promise<void> {
    try {
      for await (const chunk of body) {
        if (call.isOver) return;
        // A copy that may be given away: the chunk's own memory may be shared with others.
        const given = new Uint8Array(chunk);
        call.onTheWay += given.byteLength;
        worker.postMessage({ call: id, chunk: given } satisfies ToThread, [given.buffer]);
        while (call.onTheWay > this.room && !call.isOver)
          await new Promise<void>((resolve) => {
            call.wake = resolve;
          });
      }
      post(worker, { call: id, end: true });
    } catch (error) {
      post(worker, { call: id, broken: failureOf(error) });
      throw error;
    }
  }

  /**
   * Resolves when the sessions and bounces of all that was answered for are up to date: at once where that is so, where
   * more is coming in, which they follow at a distance, and where somebody asked while it came; after some seconds in any
   * case.
   */
  async caughtUp(): Promise<void> {
    const now = Date.now();
    if (this.calls.size > 0) this.watchedAt = now;
    if (!this.isBehind || now - this.watchedAt < watchingMs) return;
    await this.readers.wait(longestWaitMs);
  }

  private fellBehind(isBehind: boolean): void {
    this.isBehind = isBehind;
    if (!isBehind) this.readers.wake();
  }

  private hear(message: Exclude<FromThread, { ready: true }>): void {
    if ("written" in message) this.events.onWritten(message.written);
    else if ("settled" in message) this.events.onSettled(message.settled);
    else if ("isBehind" in message) this.fellBehind(message.isBehind);
    else if ("trouble" in message)
      this.events.onTrouble(
        errorOf(message.trouble),
        "what follows the writing failed; it is tried again",
      );
    else {
      const call = this.calls.get(message.call);
      if (!call) return;
      if ("taken" in message) call.onTheWay -= message.taken;
      else {
        call.isOver = true;
        this.calls.delete(message.call);
        if ("receipt" in message) call.resolve(message.receipt);
        else call.reject(errorOf(message.failure));
      }
      call.wake();
    }
  }

  private ended(): void {
    this.worker = null;
    for (const call of this.calls.values()) {
      call.isOver = true;
      call.reject(away());
      call.wake();
    }
    this.calls.clear();
    this.fellBehind(false);
    if (this.stopping) return;
    setTimeout(() => {
      this.start().catch((error: unknown) =>
        this.events.onTrouble(
          error instanceof Error ? error : new Error(String(error)),
          "the ingest thread did not start",
        ),
      );
    }, restartMs).unref();
  }
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}

function away(): Problem {
  return new Problem(
    503,
    "Service Unavailable",
    "Ingestion is being started again. Send the same once more; what it repeats is not counted twice.",
    { headers: { "Retry-After": "2" } },
  );
}
