import { hash } from "node:crypto";
import type { ChangeInsert } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";
import { redactText } from "@/lib/domain/secrets";
import { asUuid } from "@/lib/domain/session-key";
import type { LineParser } from "@/lib/formats/format";
import { readSessionEvent } from "@/lib/schemas/events";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";
import { type Batch, emptyBatch, sizeOf } from "./batch";
import { eventFact } from "./event-facts";
import type { Line } from "./lines";
import { lineHash, lineHashed, type Normaliser, type Normalisers } from "./normalise";
import { Occurrences } from "./occurrences";
import { parseLine, unreadable } from "./parse-line";
import { recordsIn } from "./record-list";
import { noRepeats, type Repeats } from "./repeats";
import type { SourceRules } from "./source-rules";
import { mostPerBatch, type WriteQueue } from "./write-queue";

/** A line's place within its delivery, beside the delivery's own number. */
const linesPerDelivery = 1e8;

/** Batches that a delivery may always have in flight. */
const fewInFlight = 2;

/** One delivery on its way to disk: sums up its receipt and is read no further ahead than the writing can use. */
export class Delivery {
  private batch: Batch;
  /** What stands before a text that comes for the first time where it is hashed. */
  private readonly firstOf: string;
  private readonly flying = new Set<Promise<void>>();
  private readonly occurrences = new Occurrences();
  private readonly receipt: Receipt = { accepted: 0, duplicates: 0, rejected: 0, errors: [] };
  /** Called when a batch is full: more of the delivery follows in further transactions. */
  onFull: () => void = () => undefined;

  constructor(
    private readonly source: number,
    private readonly sourceName: string,
    private readonly receivedAt: EpochMs,
    private readonly queue: Pick<WriteQueue, "add" | "hasRoom">,
    /** Rejected lines that the receipt names one by one. */
    private readonly mostErrors = 100,
  ) {
    this.batch = emptyBatch(source, receivedAt, this);
    this.firstOf = lineHashed(sourceName, "", 0);
  }

  /**
   * The hash that a fact's id is made of, by its text, told apart from the same text earlier in the delivery.
   * @param earlier how often the text came in earlier deliveries, where the sender knows.
   */
  hash(text: string, earlier = 0): string {
    const first = hash("sha256", this.firstOf + text, "hex");
    const occurrence = this.occurrences.next(first, earlier);
    return occurrence === 0 ? first : lineHash(this.sourceName, text, occurrence);
  }

  /** The id of a fact that is no request. */
  id(text: string): string {
    return asUuid(this.hash(text));
  }

  get seen(): Occurrences {
    return this.occurrences;
  }

  /** The facts that are gathered next. */
  get facts(): Batch {
    return this.batch;
  }

  reject(number: number, reason: string, text: string, id: string): void {
    const safe = redactText(text);
    const safeReason = redactText(reason, 400);
    this.batch.rejects.push({ source: this.source, id, reason: safeReason, text: safe });
    this.receipt.rejected += 1;
    if (this.receipt.errors.length < this.mostErrors)
      this.receipt.errors.push({ line: number, reason: safeReason, text: safe });
  }

  /** Sends what is gathered when it is worth a batch; waits while enough is in flight. */
  async flushWhenFull(): Promise<void> {
    if (sizeOf(this.batch) < mostPerBatch) return;
    this.onFull();
    await this.flush();
    while (this.flying.size >= fewInFlight && !this.queue.hasRoom) await Promise.race(this.flying);
  }

  private async flush(): Promise<void> {
    if (sizeOf(this.batch) === 0) return;
    const batch = this.batch;
    this.batch = emptyBatch(this.source, this.receivedAt, this);
    const flight = this.queue.add(batch).then(({ accepted, duplicates }) => {
      this.receipt.accepted += accepted;
      this.receipt.duplicates += duplicates;
      this.flying.delete(flight);
    });
    // Awaited later; until then a failure must not be called unhandled.
    flight.catch(() => undefined);
    this.flying.add(flight);
  }

  /** Resolves once all of it is on disk. */
  async finish(): Promise<Receipt> {
    await this.flush();
    await Promise.all(this.flying);
    return this.receipt;
  }
}

/** Reads some lines of a balancer's log into the delivery's batch; of a line that is a list of records, each. */
export function takeLines(
  delivery: Delivery,
  lines: readonly Line[],
  parse: LineParser,
  normaliser: Normaliser,
  source: SourceRules,
  batchNumber: number,
  repeats: Repeats = noRepeats,
): void {
  const { ordinary } = normaliser;
  for (const line of lines) {
    const hashed = delivery.hash(
      line.text,
      repeats === noRepeats ? undefined : repeats.get(line.number),
    );
    if (line.wrong !== undefined) {
      delivery.reject(line.number, line.wrong, line.text, asUuid(hashed));
      continue;
    }
    const known = line.tooLong === null ? (ordinary?.request(line.text, hashed) ?? null) : null;
    if (known !== null) {
      delivery.facts.requests.push(known);
      continue;
    }
    const wrong = unreadable(line.text, line.tooLong ?? 0);
    if (wrong !== null) {
      delivery.reject(line.number, wrong, line.text, asUuid(hashed));
      continue;
    }
    const result = parseLine(parse, line.text);
    switch (result.kind) {
      case "rejected": {
        const records = recordsIn(line.text)?.map((text) => ({ ...line, text }));
        if (records) takeLines(delivery, records, parse, normaliser, source, batchNumber);
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
          ordinary?.learn(line.text, result, fact, hashed);
          delivery.facts.requests.push(fact);
        }
        break;
      }
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
