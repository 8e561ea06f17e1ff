import { type BareRequest, emptyBare, writeBare } from "./request-rows";
import type { PackedRow, RowWriter } from "./row-writer";
import type { Shape } from "./shapes";

const fewest = 64;

/**
 * Bare requests that wait to be written, each of its own session or of nobody's, as columns of numbers: tens of thousands
 * wait, and as objects or as rows they would be most of what the garbage collector carries about.
 */
export class BareRequests {
  count = 0;
  /** May be longer than `count`. */
  private readonly shapes: (Shape | undefined)[] = [];
  startedAt: Float64Array;
  durationMs: Int32Array;
  /** The client's address as a number of 32 bits. */
  client: Int32Array;
  /** Four numbers each: the session's id in quarters; where it is nobody's, its own id, and two noughts. */
  words: Int32Array;
  hasSession: Uint8Array;
  private ids: Int32Array;
  private waitedMs: Uint8Array;
  private bytes: Int32Array;
  private clientPort: Uint16Array;
  private target: Int32Array;
  /** Targets that have no id, by the request's place. */
  private readonly rests = new Map<number, string>();
  private readonly one = emptyBare({ w0: 0, w1: 0, w2: 0, w3: 0 });

  constructor(private capacity = fewest) {
    this.startedAt = new Float64Array(capacity);
    this.durationMs = new Int32Array(capacity);
    this.client = new Int32Array(capacity);
    this.words = new Int32Array(capacity * 4);
    this.hasSession = new Uint8Array(capacity);
    this.ids = new Int32Array(capacity * 2);
    this.waitedMs = new Uint8Array(capacity);
    this.bytes = new Int32Array(capacity);
    this.clientPort = new Uint16Array(capacity);
    this.target = new Int32Array(capacity);
  }

  /** Adds a request that `isBare`. */
  push(request: BareRequest, shape: Shape): void {
    if (this.count === this.capacity) this.grow(this.capacity * 4);
    const n = this.count++;
    const { session } = request;
    this.shapes[n] = shape;
    this.startedAt[n] = request.startedAt;
    this.durationMs[n] = request.durationMs;
    this.client[n] = request.client;
    this.ids[n * 2] = request.high;
    this.ids[n * 2 + 1] = request.low;
    this.hasSession[n] = session === null ? 0 : 1;
    this.words[n * 4] = session === null ? request.high : session.w0;
    this.words[n * 4 + 1] = session === null ? request.low : session.w1;
    this.words[n * 4 + 2] = session === null ? 0 : session.w2;
    this.words[n * 4 + 3] = session === null ? 0 : session.w3;
    this.waitedMs[n] = request.waitedMs;
    this.bytes[n] = request.bytes;
    this.clientPort[n] = request.clientPort;
    this.target[n] = request.target;
    if (request.rest !== "") this.rests.set(n, request.rest);
  }

  /** Forgets them all and keeps the memory. */
  clear(): void {
    // What is remembered nowhere else is not to be kept alive from here.
    this.shapes.fill(undefined, 0, this.count);
    this.count = 0;
    this.rests.clear();
  }

  shape(n: number): Shape | undefined {
    return n < this.count ? this.shapes[n] : undefined;
  }

  /** Each once. */
  distinctShapes(): Set<Shape> {
    const distinct = new Set<Shape>();
    let last: Shape | undefined;
    for (let n = 0; n < this.count; n++) {
      const shape = this.shapes[n];
      if (shape !== undefined && shape !== last) distinct.add(shape);
      last = shape;
    }
    return distinct;
  }

  /** The first and the second 32 bits of a request's id, with a sign. */
  high(n: number): number {
    return this.ids[n * 2] ?? 0;
  }

  low(n: number): number {
    return this.ids[n * 2 + 1] ?? 0;
  }

  /** Packs a request's row; one of nobody's as one whose session is not known yet, or as of the session that its id stands for. */
  pack(writer: RowWriter, n: number, isNobodys: boolean): PackedRow {
    this.write(writer, n, isNobodys);
    return writer.end();
  }

  /** The same without ending the row. */
  write(writer: RowWriter, n: number, isNobodys: boolean): void {
    const { one, words } = this;
    const { session } = one;
    one.high = this.ids[n * 2] ?? 0;
    one.low = this.ids[n * 2 + 1] ?? 0;
    session.w0 = isNobodys ? 0 : (words[n * 4] ?? 0);
    session.w1 = isNobodys ? 0 : (words[n * 4 + 1] ?? 0);
    session.w2 = words[n * 4 + 2] ?? 0;
    session.w3 = words[n * 4 + 3] ?? 0;
    one.startedAt = this.startedAt[n] ?? 0;
    one.durationMs = this.durationMs[n] ?? 0;
    one.waitedMs = this.waitedMs[n] ?? 0;
    one.bytes = this.bytes[n] ?? 0;
    one.clientPort = this.clientPort[n] ?? 0;
    one.client = this.client[n] ?? 0;
    one.target = this.target[n] ?? 0;
    one.rest = one.target > 0 ? "" : (this.rests.get(n) ?? "");
    writeBare(writer, one);
  }

  /** Several as one, in their order. */
  static joined(parts: readonly BareRequests[]): BareRequests {
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    const all = new BareRequests(parts.reduce((sum, { count }) => sum + count, 0));
    for (const part of parts) all.append(part);
    return all;
  }

  private append(part: BareRequests): void {
    const { count: at } = this;
    const { count } = part;
    for (let n = 0; n < count; n++) {
      const shape = part.shapes[n];
      if (shape !== undefined) this.shapes[at + n] = shape;
    }
    this.startedAt.set(part.startedAt.subarray(0, count), at);
    this.durationMs.set(part.durationMs.subarray(0, count), at);
    this.client.set(part.client.subarray(0, count), at);
    this.words.set(part.words.subarray(0, count * 4), at * 4);
    this.hasSession.set(part.hasSession.subarray(0, count), at);
    this.ids.set(part.ids.subarray(0, count * 2), at * 2);
    this.waitedMs.set(part.waitedMs.subarray(0, count), at);
    this.bytes.set(part.bytes.subarray(0, count), at);
    this.clientPort.set(part.clientPort.subarray(0, count), at);
    this.target.set(part.target.subarray(0, count), at);
    for (const [n, rest] of part.rests) this.rests.set(at + n, rest);
    this.count += count;
  }

  private grow(capacity: number): void {
    const wider = new BareRequests(capacity);
    const { count } = this;
    wider.append(this);
    this.capacity = capacity;
    this.count = count;
    this.startedAt = wider.startedAt;
    this.durationMs = wider.durationMs;
    this.client = wider.client;
    this.words = wider.words;
    this.hasSession = wider.hasSession;
    this.ids = wider.ids;
    this.waitedMs = wider.waitedMs;
    this.bytes = wider.bytes;
    this.clientPort = wider.clientPort;
    this.target = wider.target;
  }
}
