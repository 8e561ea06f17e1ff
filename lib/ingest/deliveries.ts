import { hash } from "node:crypto";
import type { ChangeInsert } from "@/lib/correlate/facts";
import type { EpochMs, ParsedLine } from "@/lib/domain/facts";
import { redactText } from "@/lib/domain/secrets";
import { asUuid } from "@/lib/domain/session-key";
import type { LineParser } from "@/lib/formats/format";
import { readSessionEvent } from "@/lib/schemas/events";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";
import { type Batch, emptyBatch, sizeOf } from "./batch";
import { eventFact } from "./event-facts";
import { type Line, longestLine } from "./lines";
import { lineId, type Normaliser, type Normalisers } from "./normalise";
import { Occurrences } from "./occurrences";
import type { SourceRules } from "./source-rules";
import { mostPerWrite, type Outcome } from "./write-queue";

/** A line's place within its delivery, beside the delivery's own number. */
const linesPerDelivery = 1e8;

/** One delivery on its way to disk: sums up its receipt and keeps at most two batches in flight. */
export class Delivery {
  private batch: Batch;
  private readonly flying: Promise<void>[] = [];
  private readonly occurrences = new Occurrences();
  private readonly receipt: Receipt = { accepted: 0, duplicates: 0, rejected: 0, errors: [] };

  constructor(
    private readonly source: number,
    private readonly sourceName: string,
    private readonly receivedAt: EpochMs,
    private readonly send: (batch: Batch) => Promise<Outcome>,
    /** Rejected lines that the receipt names one by one. */
    private readonly mostErrors = 100,
  ) {
    this.batch = emptyBatch(source, receivedAt);
  }

  /** A fact's id by its text, told apart from the same text earlier in the delivery. */
  id(text: string): string {
    const first = lineId(this.sourceName, text, 0);
    const occurrence = this.occurrences.next(first);
    return occurrence === 0 ? first : lineId(this.sourceName, text, occurrence);
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

  /** Sends what is gathered when it fills a transaction; waits while two batches are in flight. */
  async flushWhenFull(): Promise<void> {
    if (sizeOf(this.batch) < mostPerWrite) return;
    await this.flush();
    if (this.flying.length >= 2) await this.flying.shift();
  }

  private async flush(): Promise<void> {
    if (sizeOf(this.batch) === 0) return;
    const batch = this.batch;
    this.batch = emptyBatch(this.source, this.receivedAt);
    const flight = this.send(batch).then(({ accepted, duplicates }) => {
      this.receipt.accepted += accepted;
      this.receipt.duplicates += duplicates;
    });
    // Awaited later; until then a failure must not be called unhandled.
    flight.catch(() => undefined);
    this.flying.push(flight);
  }

  /** Resolves once all of it is on disk. */
  async finish(): Promise<Receipt> {
    await this.flush();
    await Promise.all(this.flying);
    return this.receipt;
  }
}

const wrappers = ["message", "log", "line", "msg", "MESSAGE", "_raw", "event"];

/** The log line that a shipper wrapped into a JSON object; null where there is none. */
function unwrapped(text: string): string | null {
  if (!text.startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of wrappers) {
    const inner = fields.get(name);
    if (typeof inner === "string" && inner.length > 20) return inner.trimEnd();
  }
  return null;
}

/** A line as its format reads it; a line that a shipper wrapped into JSON is taken out first. */
export function parseLine(parse: LineParser, text: string): ParsedLine {
  const result = parse(text);
  if (result.kind !== "rejected") return result;
  const inner = unwrapped(text);
  if (inner === null) return result;
  const again = parse(inner);
  return again.kind === "rejected" ? result : again;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Why a line is not read at all, whatever its format; null when it is. @param bytes its length. */
export function unreadable(text: string, bytes: number): string | null {
  if (bytes > longestLine)
    return `line of ${bytes} bytes: longer than the ${longestLine} that are read`;
  const control = binary.exec(text);
  if (!control) return null;
  const code = text.charCodeAt(control.index).toString(16).padStart(2, "0");
  return `binary: byte 0x${code} at column ${control.index + 1}`;
}

/** Reads some lines of a balancer's log into the delivery's batch. */
export function takeLines(
  delivery: Delivery,
  lines: readonly Line[],
  parse: LineParser,
  normaliser: Normaliser,
  source: SourceRules,
  batchNumber: number,
): void {
  for (const line of lines) {
    const id = delivery.id(line.text);
    if (line.wrong !== undefined) {
      delivery.reject(line.number, line.wrong, line.text, id);
      continue;
    }
    const wrong = unreadable(line.text, line.tooLong ?? 0);
    if (wrong !== null) {
      delivery.reject(line.number, wrong, line.text, id);
      continue;
    }
    const result = parseLine(parse, line.text);
    switch (result.kind) {
      case "rejected":
        delivery.reject(line.number, result.reason, line.text, id);
        break;
      case "change":
        delivery.facts.changes.push({
          id,
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
        const fact = normaliser.request(result, id, batchNumber * linesPerDelivery + line.number);
        if (typeof fact === "string") delivery.reject(line.number, fact, line.text, id);
        else delivery.facts.requests.push(fact);
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
