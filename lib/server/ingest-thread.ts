import { parentPort, workerData } from "node:worker_threads";
import { Settler } from "@/lib/correlate/settler";
import type { Chunks } from "@/lib/ingest/decode";
import { Ingestion } from "@/lib/ingest/ingestion";
import type { Receipt } from "@/lib/schemas/ingest";
import { createPool } from "@/lib/store/database";
import {
  errorOf,
  type FromThread,
  failureOf,
  type Order,
  type ThreadSettings,
  type ToThread,
} from "./ingest-messages";
import { watchMemory } from "./memory-watch";
import { letStepBack, stepBack } from "./step-back";

/*
 * Runs in a thread of its own, so that pages are answered while lines are read, hashed and written, and so that the
 * garbage of millions of lines is not collected from among the pages' memory.
 */

/** Connections: four write as a rule, one settles; the rest is for names, partitions and numbers. */
const connections = 8;
/** How long an answer waits for the bounces of what was sent; the facts are on disk before. */
const settleWaitMs = 3000;

const port = parentPort;
if (!port) throw new Error("This file is the ingest thread's");
const settings: ThreadSettings = workerData;
const tell = (message: FromThread) => port.postMessage(message);
const now = () => Date.now();

stepBack();
const pool = createPool(settings.databaseUrl, { max: connections, name: "hopwatch ingest" });
pool.on("connect", letStepBack);
const settler: Settler = new Settler({
  pool,
  now,
  isWriting: () => ingestion.isBusy,
  onSettled: (settled) => tell({ settled }),
  onError: (error) => tell({ trouble: failureOf(error) }),
});
const ingestion = new Ingestion({
  onStream: () => settler.letGo(),
  onTrouble: (error) => tell({ trouble: failureOf(error) }),
  pool,
  secret: Buffer.from(settings.secret),
  now,
  maxBody: settings.maxBody,
  onWritten: (written) => {
    if (written.unsettled || written.requests > 0) settler.kick(written.named);
    const { requests, tail, events, changes, pools, oldestAt, newestAt } = written;
    tell({ written: { requests, tail, events, changes, pools, oldestAt, newestAt } });
  },
});

/** A body that comes in chunks from the other thread. */
class Inbox {
  private readonly waiting: Uint8Array[] = [];
  private ended = false;
  private broken: Error | null = null;
  private wake: () => void = () => undefined;

  constructor(private readonly call: number) {}

  add(chunk: Uint8Array): void {
    this.waiting.push(chunk);
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  fail(error: Error): void {
    this.broken = error;
    this.wake();
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.broken) throw this.broken;
      const chunk = this.waiting.shift();
      if (chunk) {
        yield chunk;
        tell({ call: this.call, taken: chunk.byteLength });
      } else if (this.ended) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}

const inboxes = new Map<number, Inbox>();
const nothing: Receipt = { accepted: 0, duplicates: 0, rejected: 0, errors: [] };

async function carryOut(order: Order, chunks: Chunks): Promise<Receipt> {
  switch (order.kind) {
    case "logs": {
      const { source, encoding, repeats } = order;
      return await settled(
        ingestion.logs(source, { chunks, encoding, ...(repeats ? { repeats } : {}) }),
      );
    }
    case "events":
      return await settled(ingestion.events({ chunks, encoding: order.encoding }, order.demo));
    case "lines":
      return await settled(ingestion.lines(order.source, order.lines));
    case "values":
      return await settled(ingestion.eventValues(order.values, order.demo));
    case "changes":
      return await settled(ingestion.changes(order.inputs, order.source));
    case "revise": {
      const { change, from } = await ingestion.reviseChange(order.id, order.input);
      settler.kick();
      const changes = change === null ? [] : [change];
      const none = { requests: 0, tail: [], events: 0, pools: [], newestAt: null };
      tell({ written: { ...none, changes, oldestAt: from } });
      return await settled(Promise.resolve(nothing));
    }
    case "resettle":
      settler.kick(order.pools);
      return await settled(Promise.resolve(nothing));
    case "drain":
      await ingestion.idle();
      await settler.drain();
      return nothing;
    case "stop":
      await ingestion.idle();
      await settler.stop();
      await pool.end();
      return nothing;
  }
}

async function settled(work: Promise<Receipt>): Promise<Receipt> {
  const receipt = await work;
  if (ingestion.isStream) void followUp();
  else await settler.within(settleWaitMs);
  ingestion.answered();
  return receipt;
}

let isBehind = false;

/** Tells, where an answer did not wait for it, when what follows the writing has followed. */
async function followUp(): Promise<void> {
  if (isBehind) return;
  isBehind = true;
  tell({ isBehind });
  await ingestion.rest();
  settler.hurry();
  await settler.within(settleWaitMs);
  isBehind = false;
  tell({ isBehind });
}

async function begin(call: number, order: Order): Promise<void> {
  const inbox = new Inbox(call);
  inboxes.set(call, inbox);
  try {
    tell({ call, receipt: await carryOut(order, inbox.chunks()) });
  } catch (error) {
    tell({ call, failure: failureOf(error) });
  } finally {
    inboxes.delete(call);
  }
}

port.on("message", (message: ToThread) => {
  if ("order" in message) void begin(message.call, message.order);
  else {
    // Chunks may still come of a call that failed.
    const inbox = inboxes.get(message.call);
    if ("chunk" in message) inbox?.add(message.chunk);
    else if ("end" in message) inbox?.end();
    else inbox?.fail(errorOf(message.broken));
  }
});

await settler.start();
await ingestion.updateSessions(true);
watchMemory();
tell({ ready: true });
