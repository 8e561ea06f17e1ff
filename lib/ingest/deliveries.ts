import { hash } from "node:crypto";
import type { ChangeInsert } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";
import { redactText } from "@/lib/domain/secrets";
import { asUuid } from "@/lib/domain/session-key";
import type { LineParser } from "@/lib/formats/format";
import { readSessionEvent } from "@/lib/schemas/events";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";
import { BareRequests } from "@/lib/store/write/bare-requests";
import { Spares } from "@/lib/store/write/spares";
import { type Batch, emptyBatch, lastWritten, sizeOf } from "./batch";
import { eventFact } from "./event-facts";
import { HashedLine, longestOrdinary } from "./hashed-line";
import { hexOf } from "./line-id";
import type { Line, LineBlock } from "./lines";
import type { Normaliser, Normalisers } from "./normalise";
import type { Occurrences } from "./occurrences";
import { parseLine, unreadable } from "./parse-line";
import { recordsIn } from "./record-list";
import { noRepeats, type Repeats } from "./repeats";
import type { SourceRules } from "./source-rules";
import { mostPerBatch, type WriteQueue } from "./write-queue";

/** A line's place within its delivery, beside the delivery's own number. */
const linesPerDelivery = 1e8;

/** Batches that a delivery may always have in flight. */
const fewInFlight = 2;

/** Columns for the requests of ordinary lines, to be used again: so many at most wait for that. */
export function spareColumns(most: number): Spares<BareRequests> {
  return new Spares(() => new BareRequests(), most);
}

/** One delivery on its way to disk: sums up its receipt and is read no further ahead than the writing can use. */
export class Delivery {
  private batch: Batch;
  /** What its lines are told by. */
  readonly hashed: HashedLine;
  private readonly flying = new Set<Promise<void>>();
  private handed = 0;
  private readonly receipt: Receipt = { accepted: 0, duplicates: 0, rejected: 0, errors: [] };
  /** Called when a batch is full: more of the delivery follows in further transactions. */
  onFull: () => void = () => undefined;

  constructor(
    private readonly source: number,
    sourceName: string,
    private readonly receivedAt: EpochMs,
    private readonly queue: Pick<WriteQueue, "add" | "hasRoom">,
    /** Rejected lines that the receipt names one by one. */
    private readonly mostErrors = 100,
    /** Facts that it may gather before it hands them over; fewer the more deliveries come at once. */
    private readonly share: () => number = () => mostPerBatch,
    /** Columns for the requests of ordinary lines. */
    private readonly columns = spareColumns(1),
  ) {
    this.batch = this.nextBatch();
    this.hashed = new HashedLine(sourceName);
  }

  /** The id of a fact that is no request. */
  id(text: string): string {
    return asUuid(hexOf(this.hashed.of(text)));
  }

  get seen(): Occurrences {
    return this.hashed.occurrences;
  }

  /** Facts that it brought so far. */
  get size(): number {
    return this.handed + sizeOf(this.batch);
  }

  /** The facts that are gathered next. */
  get facts(): Batch {
    return this.batch;
  }

  reject(number: number, reason: string, text: string, id: string): void {
    const safe = redactText(text);
    const safeReason = redactText(reason, 400);
    const near = lastWritten(this.batch);
    this.batch.rejects.push({ source: this.source, near, id, reason: safeReason, text: safe });
    this.receipt.rejected += 1;
    if (this.receipt.errors.length < this.mostErrors)
      this.receipt.errors.push({ line: number, reason: safeReason, text: safe });
  }

  /** Sends what is gathered when it is worth a batch; waits while enough is in flight. */
  async flushWhenFull(): Promise<void> {
    if (sizeOf(this.batch) < this.share()) return;
    this.onFull();
    await this.flush();
    while (this.flying.size >= fewInFlight && !this.queue.hasRoom) await Promise.race(this.flying);
  }

  private async flush(): Promise<void> {
    if (sizeOf(this.batch) === 0) return;
    const batch = this.batch;
    this.handed += sizeOf(batch);
    this.batch = this.nextBatch();
    const flight = this.queue.add(batch).then(({ accepted, duplicates }) => {
      this.receipt.accepted += accepted;
      this.receipt.duplicates += duplicates;
      this.flying.delete(flight);
      this.giveBack(batch);
    });
    // Awaited later; until then a failure must not be called unhandled.
    flight.catch(() => undefined);
    this.flying.add(flight);
  }

  /** Resolves once all of it is on disk. */
  async finish(): Promise<Receipt> {
    await this.flush();
    this.giveBack(this.batch);
    await Promise.all(this.flying);
    return this.receipt;
  }

  private nextBatch(): Batch {
    return emptyBatch(this.source, this.receivedAt, this, this.columns.take());
  }

  /** @param batch written, or without any request. */
  private giveBack({ bare }: Batch): void {
    bare.clear();
    this.columns.giveBack(bare);
  }
}

/** How the lines of a delivery are read. */
export interface LineReading {
  parse: LineParser;
  normaliser: Normaliser;
  source: SourceRules;
  batchNumber: number;
  repeats?: Repeats | undefined;
}

/** Reads some lines of a balancer's log into the delivery's batch; of a line that is a list of records, each. */
export function takeBlock(delivery: Delivery, block: LineBlock, reading: LineReading): void {
  const { ordinary } = reading.normaliser;
  const { repeats = noRepeats } = reading;
  const { bytes } = block;
  const { hashed } = delivery;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let n = 0; n < block.count; n++) {
    const from = block.from(n);
    const to = block.to(n);
    const earlier = repeats === noRepeats ? 0 : (repeats.get(block.number(n)) ?? 0);
    const isOrdinary =
      ordinary !== null &&
      to - from <= longestOrdinary &&
      block.isWhole(n) &&
      ordinary.read(bytes, from, to);
    if (isOrdinary) {
      const digest = hashed.in(view, from, to, earlier);
      if (!ordinary.take(digest, delivery.facts.bare))
        takeLine(delivery, block.line(n), digest, reading, true);
    } else {
      const line = block.line(n);
      takeLine(delivery, line, hashed.of(line.text, earlier), reading, false);
    }
  }
}

/** A line that came as a text, where it is looked at as bytes. */
const textBytes = Buffer.allocUnsafe(longestOrdinary * 3);

/** The same of lines that came one by one. */
export function takeLines(delivery: Delivery, lines: readonly Line[], reading: LineReading): void {
  const { ordinary } = reading.normaliser;
  for (const line of lines) {
    const { text, number } = line;
    const digest = delivery.hashed.of(text, reading.repeats?.get(number));
    if (line.wrong !== undefined) {
      delivery.reject(number, line.wrong, text, asUuid(hexOf(digest)));
      continue;
    }
    const isOrdinary =
      ordinary !== null &&
      line.tooLong === null &&
      text.length <= longestOrdinary &&
      ordinary.read(textBytes, 0, textBytes.write(text));
    if (!isOrdinary || !ordinary.take(digest, delivery.facts.bare))
      takeLine(delivery, line, digest, reading, isOrdinary);
  }
}

/** Reads a line in full. @param isOrdinary whether its kind is to be learned. */
function takeLine(
  delivery: Delivery,
  line: Line,
  digest: string,
  reading: LineReading,
  isOrdinary: boolean,
): void {
  const { parse, normaliser, source, batchNumber } = reading;
  const hashed = hexOf(digest);
  const wrong = unreadable(line.text, line.tooLong ?? 0);
  if (wrong !== null) {
    delivery.reject(line.number, wrong, line.text, asUuid(hashed));
    return;
  }
  const result = parseLine(parse, line.text);
  switch (result.kind) {
    case "rejected": {
      const records = recordsIn(line.text)?.map((text) => ({ ...line, text }));
      if (records) takeLines(delivery, records, { ...reading, repeats: noRepeats });
      else delivery.reject(line.number, result.reason, line.text, asUuid(hashed));
      break;
    }
    case "change":
      delivery.facts.changes.push({
        id: asUuid(hashed),
        at: result.at,
        kind: result.change,
        pool: source.pool ?? result.pool,
        node: result.node,
        lb: source.lb ?? result.lb ?? source.name,
        title: result.title.slice(0, 500),
        url: result.url,
        author: result.author,
        source: source.id,
      });
      break;
    case "request": {
      const seq = batchNumber * linesPerDelivery + line.number;
      const fact = normaliser.request(result, hashed, seq);
      if (typeof fact === "string") delivery.reject(line.number, fact, line.text, asUuid(hashed));
      else {
        if (isOrdinary) normaliser.ordinary?.learn(result, fact, digest);
        delivery.facts.requests.push(fact);
        delivery.facts.bytes += line.text.length;
      }
      break;
    }
  }
}

/** Reads one event (a parsed JSON value) into the delivery's batch. */
export function takeEvent(
  delivery: Delivery,
  value: unknown,
  number: number,
  normalisers: Normalisers,
  secret: Uint8Array,
  now: EpochMs,
  demo: boolean,
): void {
  const event = readSessionEvent(value);
  const fact =
    typeof event === "string"
      ? event
      : eventFact(event, normalisers, secret, delivery.seen, now, demo);
  if (typeof fact === "string") {
    const text = JSON.stringify(value) ?? "";
    delivery.reject(number, fact, withoutSessions(value, text), delivery.id(text));
  } else delivery.facts.events.push(fact);
}

/** An event's text without the session IDs in it, whatever their field is called. */
function withoutSessions(value: unknown, text: string): string {
  if (typeof value !== "object" || value === null) return text;
  return JSON.stringify(value, (name, inner: unknown) =>
    /sess/i.test(name) && typeof inner === "string" ? "***" : inner,
  );
}

/** What is kept of a posted change; the same change sent again has the same id. */
export function changeInsert(input: ChangeInput, source: number | null): ChangeInsert {
  const at = Date.parse(input.at);
  const fields = [
    at,
    input.kind,
    input.pool ?? null,
    input.node ?? null,
    input.lb ?? null,
    input.title,
    input.url ?? null,
    input.author ?? null,
  ];
  return {
    id: asUuid(hash("sha256", `change\0${JSON.stringify(fields)}`, "hex")),
    at,
    kind: input.kind,
    pool: input.pool ?? null,
    node: input.node ?? null,
    lb: input.lb ?? null,
    title: input.title,
    url: input.url ?? null,
    author: input.author ?? null,
    source,
  };
}
