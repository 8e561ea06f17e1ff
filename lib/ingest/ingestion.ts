import type { Pool } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { type ChangeInput, changeInputSchema, type Receipt } from "@/lib/schemas/ingest";
import { Waiters } from "@/lib/store/waiters";
import { Dictionary } from "@/lib/store/write/dictionary";
import { type Batch, emptyBatch } from "./batch";
import { type Chunks, decoded } from "./decode";
import {
  changeInsert,
  Delivery,
  spareColumns,
  takeBlock,
  takeEvent,
  takeLines,
} from "./deliveries";
import { DeliveryStream, mostAwaited } from "./delivery-stream";
import { jsonItems, longestArray } from "./json-items";
import { parserOf } from "./line-parser";
import { type Line, lineBlocksOf, longestLine } from "./lines";
import { Normalisers } from "./normalise";
import type { Repeats } from "./repeats";
import { reviseChange } from "./revise-change";
import { SourceProgress } from "./source-progress";
import type { SourceRules } from "./source-rules";
import { nothingWritten, type Written } from "./transaction";
import { Unread } from "./unread";
import { mostPerBatch, type Outcome, WriteQueue, type Writing } from "./write-queue";
import { fewRequests, Writer } from "./writer";

/** Lines read between two turns of the event loop: Postgres' answers are heard in between, and asked for the next. */
const linesPerTurn = 200;
/** Facts that all deliveries together gather before they hand them over. */
const mostGathered = 60_000;
/** Two transactions at a time, and what waits for the next, are of so many batches. */
const mostSpareColumns = 8;
/** Facts that each may gather however many deliveries come at once. */
const leastGathered = 250;
/** Bytes of JSON arrays, of all that are coming in together. */
const mostUnread = 2 * longestArray;

export interface IngestionOptions {
  pool: Pool;
  /** The key of the session hashes. */
  secret: Uint8Array;
  now: () => EpochMs;
  /** Bytes on the wire that one delivery may have. */
  maxBody: number;
  /** Transactions with more requests do not ask first which are stored already; a thousand unless told. */
  looksUpTo?: number;
  /** Called after each commit, before the senders get their answers. */
  onWritten: (written: Written) => void;
  /** Called when deliveries begin to follow one another so fast that their answers wait for the disk alone. */
  onStream?: () => void;
  /** Adding to sessions failed after a large delivery was answered; what is written next adds it too. */
  onTrouble?: (error: unknown) => void;
}

export interface Body {
  chunks: Chunks;
  /** The `Content-Encoding` header. */
  encoding: string | null;
  /** Lines that the sender says came in earlier deliveries too. */
  repeats?: Repeats;
}

/** The one way in: every transport ends here. */
export class Ingestion {
  readonly dictionary: Dictionary;
  private readonly queue: WriteQueue;
  private readonly writer: Writer;
  private readonly normalisers: Normalisers;
  private readonly progress = new SourceProgress();
  /** Deliveries too large for one transaction that are coming in just now. */
  private flowing = 0;
  private readonly stream: DeliveryStream;
  /** Turns under way in which sessions are given what they gained. */
  private adding = 0;
  /** Those that wait until no session waits for what it gained. */
  private readonly resters = new Waiters();
  private readonly unread = new Unread(mostUnread);
  private readonly columns = spareColumns(mostSpareColumns);

  constructor(private readonly options: IngestionOptions) {
    this.dictionary = new Dictionary(options.pool);
    this.normalisers = new Normalisers(options.secret, this.dictionary);
    const { pool, secret, now, looksUpTo = fewRequests } = options;
    this.writer = new Writer({
      pool,
      dictionary: this.dictionary,
      secret,
      now,
      looksUpTo,
      onTurn: (unsettled) => options.onWritten({ ...nothingWritten, unsettled }),
    });
    this.queue = new WriteQueue((batches, writing) => this.write(batches, writing), now);
    this.stream = new DeliveryStream({
      now,
      onBegin: options.onStream,
      onEnd: () => void this.updateSessions().catch((error: unknown) => options.onTrouble?.(error)),
    });
  }

  private async write(batches: Batch[], { copied, moreFollows }: Writing): Promise<Outcome[]> {
    const steps = this.progress.take(batches, this.options.now());
    const written = await this.writer.write(
      batches,
      {
        copied,
        moreFollows: () => this.isFlowing || moreFollows(),
        isStream: this.stream.isOn,
      },
      steps,
    );
    this.options.onWritten(written);
    // While the next rows come: nobody's answer waits for that.
    if (this.writer.isTurnDue)
      this.writer.takeTurn().catch((error: unknown) => this.options.onTrouble?.(error));
    return written.outcomes;
  }

  /** A delivery that `fill` brings in; its receipt, once all of it is on disk. */
  private async deliver(
    { source, name, mostErrors }: { source: number; name: string; mostErrors?: number },
    fill: (delivery: Delivery) => Promise<void>,
  ): Promise<Receipt> {
    const delivery = new Delivery(
      source,
      name,
      this.options.now(),
      this.queue,
      mostErrors,
      () => this.share,
      this.columns,
    );
    this.stream.begin();
    let flows = false;
    delivery.onFull = () => {
      if (!flows) this.flowing += 1;
      flows = true;
    };
    const ebb = () => {
      if (flows) this.flowing -= 1;
      flows = false;
    };
    try {
      await fill(delivery);
      // What its sessions gained waits no longer, and is added along with its end.
      if (delivery.size <= mostAwaited) ebb();
      return await delivery.finish();
    } finally {
      ebb();
      this.stream.end(delivery.size);
      await this.updateSessions();
    }
  }

  /** More is coming: what sessions gain may wait for it. */
  private get isFlowing(): boolean {
    return this.flowing > 0 || this.stream.isOn;
  }

  /** Resolves when nothing flows and sessions were given what they gained, or could not be. */
  async rest(): Promise<void> {
    if (this.isFlowing || this.adding > 0) await this.resters.wait();
  }

  /** What is gathered is to take no more memory when many send at once. */
  private get share(): number {
    return Math.max(
      leastGathered,
      Math.min(mostPerBatch, Math.floor(mostGathered / this.stream.open)),
    );
  }

  /** Sees to it that no session waits for what it gained: at start-up, and after the last of many transactions. */
  async updateSessions(atStart = false): Promise<void> {
    if (this.isFlowing) return;
    this.adding += 1;
    try {
      if (atStart || this.writer.holdsGains)
        await this.queue.add(emptyBatch(0, this.options.now()));
    } finally {
      this.adding -= 1;
      if (!this.isFlowing && this.adding === 0) this.resters.wake();
    }
  }

  /**
   * Takes access-log lines of a source. Resolves once all of it is on disk;
   * when it throws, what was written stays, and sending all of it again counts nothing twice.
   */
  async logs(source: SourceRules, body: Body): Promise<Receipt> {
    const receivedAt = this.options.now();
    const parse = parserOf(source, receivedAt);
    const normaliser = this.normalisers.forSource(source, receivedAt);
    const { repeats } = body;
    return await this.deliver({ source: source.id, name: source.name }, async (delivery) => {
      const batchNumber = await this.nextBatchNumber();
      const reading = { parse, normaliser, source, batchNumber, repeats };
      const chunks = decoded(body.chunks, body.encoding, this.options.maxBody);
      for await (const block of lineBlocksOf(chunks, longestLine, linesPerTurn)) {
        takeBlock(delivery, block, reading);
        await delivery.flushWhenFull();
        await breath();
      }
    });
  }

  /** Takes lines that came one by one, as shippers send them; the receipt names every rejected one by its number. */
  async lines(source: SourceRules, lines: readonly Line[]): Promise<Receipt> {
    const receivedAt = this.options.now();
    const parse = parserOf(source, receivedAt);
    const normaliser = this.normalisers.forSource(source, receivedAt);
    const about = { source: source.id, name: source.name, mostErrors: lines.length };
    return await this.deliver(about, async (delivery) => {
      const batchNumber = await this.nextBatchNumber();
      const reading = { parse, normaliser, source, batchNumber };
      for (let from = 0; from < lines.length; from += linesPerTurn) {
        takeLines(delivery, lines.slice(from, from + linesPerTurn), reading);
        await delivery.flushWhenFull();
        await breath();
      }
    });
  }

  private async nextBatchNumber(): Promise<number> {
    const { rows } = await this.options.pool.query<{ n: string | number }>(
      "SELECT nextval('batch_seq') AS n",
    );
    return Number(rows[0]?.n ?? 0);
  }

  /** Takes session events: NDJSON, a JSON array, one JSON object, CloudEvents single or in batches. */
  async events(body: Body, demo = false): Promise<Receipt> {
    const now = this.options.now();
    return await this.deliver({ source: 0, name: "events" }, async (delivery) => {
      const unread = this.unread.part();
      const chunks = unread.counted(decoded(body.chunks, body.encoding, this.options.maxBody));
      const take = (value: unknown, number: number) =>
        takeEvent(delivery, value, number, this.normalisers, this.options.secret, now, demo);
      try {
        for await (const items of jsonItems(chunks)) {
          unread.clear();
          for (const item of items)
            if (item.error !== null)
              delivery.reject(item.number, item.error, item.text, delivery.id(item.text));
            else {
              take(item.value, item.number);
              delivery.facts.bytes += item.text.length;
            }
          await delivery.flushWhenFull();
          await breath();
        }
      } finally {
        unread.clear();
      }
    });
  }

  /** Takes session events that came one by one; the receipt names every rejected one by its number. */
  async eventValues(
    values: readonly { number: number; value: unknown }[],
    demo = false,
  ): Promise<Receipt> {
    const now = this.options.now();
    const about = { source: 0, name: "events", mostErrors: values.length };
    return await this.deliver(about, async (delivery) => {
      for (const { number, value } of values) {
        takeEvent(delivery, value, number, this.normalisers, this.options.secret, now, demo);
        await delivery.flushWhenFull();
      }
    });
  }

  /** Takes changes, each checked by itself. */
  async changes(inputs: readonly unknown[], source: number | null = null): Promise<Receipt> {
    return await this.deliver({ source: 0, name: "changes" }, async (delivery) => {
      inputs.forEach((input, at) => {
        const parsed = changeInputSchema.safeParse(input);
        if (parsed.success) this.takeChange(delivery, parsed.data, source);
        else {
          const issue = parsed.error.issues[0];
          const text = JSON.stringify(input) ?? "";
          delivery.reject(
            at + 1,
            `${issue?.path.join(".") || "change"}: ${issue?.message ?? "not understood"}`,
            text,
            delivery.id(text),
          );
        }
      });
    });
  }

  /** Corrects a posted change, or (null) takes it back; see `reviseChange`. */
  async reviseChange(id: string, input: ChangeInput | null) {
    return await reviseChange(this.options.pool, this.dictionary, id, input);
  }

  private takeChange(delivery: Delivery, input: ChangeInput, source: number | null): void {
    delivery.facts.changes.push(changeInsert(input, source));
  }

  /** Says that a delivery was answered just now, where its answer waited for more than `Ingestion` does. */
  answered(): void {
    this.stream.answered();
  }

  /** Whether the answer to the delivery that ended just now waits for nothing but the disk, however small it is. */
  get isStream(): boolean {
    return this.stream.isOn;
  }

  /** Whether a large delivery, or a stream of small ones, is being written. */
  get isBusy(): boolean {
    return this.isFlowing || this.queue.isBusy;
  }

  /** Resolves when all that was taken in is on disk. */
  async idle(): Promise<void> {
    this.stream.close();
    await this.queue.idle();
    await this.writer.idle();
  }
}

/** Lets other requests have the event loop. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
