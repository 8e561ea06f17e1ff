import type { EpochMs } from "@/lib/domain/facts";
import { addressNumber, addressText, groupsOf } from "./address";
import type { BareRequests } from "./bare-requests";
import { IdSets } from "./id-sets";
import { uuidOf, uuidWords } from "./uuid-words";

/** What requests add to a session in a pool. */
export interface SessionGain {
  session: string;
  pool: number;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
  requests: number;
  nodes: number[];
  lbs: number[];
  /** The address of the last request. */
  client: string | null;
  demo: boolean;
}

/** A request as far as it concerns its session's row. */
export interface GainedRequest {
  shape: { pool: number; lb: number; node: number | null };
  startedAt: EpochMs;
  client: string | null;
  demo: boolean;
}

/** A quarter of all sessions: the first two bits of their ids. */
export type Quarter = 0 | 1 | 2 | 3;
export const quarters: readonly Quarter[] = [0, 1, 2, 3];

const words = new Int32Array(4);

/** What is known of a client: nothing, an address of IPv4 as a number, one of IPv6 as a text. */
const unknown = 0;
const version4 = 1;
const version6 = 2;

/**
 * Sums of gains, one for each session and pool. Adding in any order, or
 * merging, gives the same. They wait for seconds while ten thousand requests
 * come with each transaction, so they are kept in columns of numbers: as
 * objects they would be most of what the garbage collector carries about.
 */
export class SessionGains {
  private count = 0;
  private capacity: number;
  /** Where the gain of a session is, and 1, by its hash; 0 for an empty place. At most half of it is taken. */
  private places: Int32Array;
  private words: Int32Array;
  private pools: Int32Array;
  private first: Float64Array;
  private last: Float64Array;
  private requests: Int32Array;
  private demos: Uint8Array;
  private readonly nodes: IdSets;
  private readonly lbs: IdSets;
  private clients: Int32Array;
  private clientKinds: Uint8Array;
  /** Addresses of IPv6. */
  private readonly longClients = new Map<number, string>();

  /** @param expected how many there may be, so that little has to grow. */
  constructor(expected = 256) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, 16)));
    this.capacity = capacity;
    this.places = new Int32Array(capacity * 2);
    this.words = new Int32Array(capacity * 4);
    this.pools = new Int32Array(capacity);
    this.first = new Float64Array(capacity);
    this.last = new Float64Array(capacity);
    this.requests = new Int32Array(capacity);
    this.demos = new Uint8Array(capacity);
    this.clients = new Int32Array(capacity);
    this.clientKinds = new Uint8Array(capacity);
    this.nodes = new IdSets(capacity);
    this.lbs = new IdSets(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** Forgets them all and keeps the memory. */
  clear(): void {
    const { count } = this;
    this.places.fill(0);
    this.requests.fill(0, 0, count);
    this.demos.fill(0, 0, count);
    this.clientKinds.fill(unknown, 0, count);
    this.nodes.clear(count);
    this.lbs.clear(count);
    this.longClients.clear();
    this.count = 0;
  }

  /** Adds a request to a session. */
  add(session: string, request: GainedRequest): void {
    uuidWords(session, words);
    this.addTo(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0, request);
  }

  /** Adds requests to the sessions that they are of. */
  addBare(bare: BareRequests): void {
    const { words: own, startedAt, client, hasSession, count } = bare;
    for (let at = 0; at < count; at++) {
      const shape = bare.shape(at);
      if (hasSession[at] === 0 || shape === undefined) continue;
      const word = at * 4;
      const n = this.find(
        own[word] ?? 0,
        own[word + 1] ?? 0,
        own[word + 2] ?? 0,
        own[word + 3] ?? 0,
        shape.pool,
      );
      if (shape.node !== null) this.nodes.enter(n, shape.node);
      this.lbs.enter(n, shape.lb);
      const moment = startedAt[at] ?? 0;
      this.sum(n, 1, moment, moment, version4, client[at] ?? 0, "", false);
    }
  }

  /** The same of a session whose 16 bytes stand at `at`. */
  addOf(bytes: Buffer, at: number, request: GainedRequest): void {
    this.addTo(
      bytes.readInt32BE(at),
      bytes.readInt32BE(at + 4),
      bytes.readInt32BE(at + 8),
      bytes.readInt32BE(at + 12),
      request,
    );
  }

  /** Adds what is summed up already. */
  addGain(gain: SessionGain): void {
    uuidWords(gain.session, words);
    const n = this.find(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0, gain.pool);
    for (const node of gain.nodes) this.nodes.enter(n, node);
    for (const lb of gain.lbs) this.lbs.enter(n, lb);
    const { requests, firstSeen, lastSeen, client, demo } = gain;
    this.sumUp(n, requests, firstSeen, lastSeen, client, demo);
  }

  /** Adds the sums of others. */
  merge(others: SessionGains): void {
    for (let at = 0; at < others.count; at++) this.mergeOne(others, at);
  }

  /** Adds those of each quarter to the sums of that quarter. */
  mergeInto(sums: Readonly<Record<Quarter, { sums: SessionGains }>>): void {
    for (let at = 0; at < this.count; at++) sums[this.quarter(at)].sums.mergeOne(this, at);
  }

  /** The quarter of all sessions that one's is of. */
  quarter(n: number): Quarter {
    return ((this.words[n * 4] ?? 0) >>> 30) as Quarter;
  }

  /** One of them, from 0 on; its session is told by `session` and `word`. */
  at(n: number): Omit<SessionGain, "session"> {
    return {
      pool: this.pools[n] ?? 0,
      firstSeen: this.first[n] ?? 0,
      lastSeen: this.last[n] ?? 0,
      requests: this.requests[n] ?? 0,
      nodes: this.nodes.of(n),
      lbs: this.lbs.of(n),
      client: this.client(n),
      demo: this.demos[n] === 1,
    };
  }

  pool(n: number): number {
    return this.pools[n] ?? 0;
  }

  firstSeen(n: number): EpochMs {
    return this.first[n] ?? 0;
  }

  lastSeen(n: number): EpochMs {
    return this.last[n] ?? 0;
  }

  requestsOf(n: number): number {
    return this.requests[n] ?? 0;
  }

  isDemo(n: number): boolean {
    return this.demos[n] === 1;
  }

  /** The address of the last request; null for none. */
  client(n: number): string | null {
    switch (this.clientKinds[n]) {
      case version4:
        return addressText(this.clients[n] ?? 0);
      case version6:
        return this.longClients.get(n) ?? null;
      default:
        return null;
    }
  }

  /** The same where it is of IPv4, as a number of 32 bits; null where it is not. */
  address4(n: number): number | null {
    return this.clientKinds[n] === version4 ? (this.clients[n] ?? 0) : null;
  }

  session(n: number): string {
    return uuidOf(this.words, n * 4);
  }

  /** A quarter (0 to 3) of a session's id. */
  word(n: number, quarter: number): number {
    return this.words[n * 4 + quarter] ?? 0;
  }

  /** All of them, in the order in which they came. */
  list(): SessionGain[] {
    return Array.from({ length: this.count }, (_, n) => ({
      session: this.session(n),
      ...this.at(n),
    }));
  }

  /** How many nodes and balancers there are of one, and calls for each of them in order. */
  nodeCount(n: number): number {
    return this.nodes.size(n);
  }

  eachNode(n: number, call: (id: number) => void): void {
    this.nodes.each(n, call);
  }

  lbCount(n: number): number {
    return this.lbs.size(n);
  }

  eachLb(n: number, call: (id: number) => void): void {
    this.lbs.each(n, call);
  }

  /** The pools in which any session gained. */
  pooled(): Set<number> {
    return new Set(this.pools.subarray(0, this.count));
  }

  /** The sessions, each once. */
  sessions(): string[] {
    return [...new Set(Array.from({ length: this.count }, (_, n) => this.session(n)))];
  }

  /** Their places in about the order of their sessions' ids, as an index on them likes it. */
  inOrder(): Uint32Array {
    // Sorting numbers takes no calls of ours: the id's first quarter, and below it the place.
    const scale = 2 ** Math.ceil(Math.log2(this.count + 1));
    const keys = new Float64Array(this.count);
    const coarse = Math.max(1, scale / 2 ** 21);
    for (let n = 0; n < this.count; n++)
      keys[n] = Math.floor(((this.words[n * 4] ?? 0) >>> 0) / coarse) * scale + n;
    keys.sort();
    return Uint32Array.from(keys, (key) => key % scale);
  }

  private mergeOne(others: SessionGains, at: number): void {
    const word = at * 4;
    const n = this.find(
      others.words[word] ?? 0,
      others.words[word + 1] ?? 0,
      others.words[word + 2] ?? 0,
      others.words[word + 3] ?? 0,
      others.pools[at] ?? 0,
    );
    this.nodes.merge(n, others.nodes, at);
    this.lbs.merge(n, others.lbs, at);
    this.sum(
      n,
      others.requests[at] ?? 0,
      others.first[at] ?? 0,
      others.last[at] ?? 0,
      others.clientKinds[at] ?? unknown,
      others.clients[at] ?? 0,
      others.longClients.get(at) ?? "",
      others.demos[at] === 1,
    );
  }

  private addTo(w0: number, w1: number, w2: number, w3: number, request: GainedRequest): void {
    const { shape, startedAt } = request;
    const n = this.find(w0, w1, w2, w3, shape.pool);
    if (shape.node !== null) this.nodes.enter(n, shape.node);
    this.lbs.enter(n, shape.lb);
    this.sumUp(n, 1, startedAt, startedAt, request.client, request.demo);
  }

  private find(w0: number, w1: number, w2: number, w3: number, pool: number): number {
    const mask = this.places.length - 1;
    let place = (w0 ^ Math.imul(pool, 0x9e3779b1)) & mask;
    for (;;) {
      const n = (this.places[place] ?? 0) - 1;
      if (n < 0) break;
      const word = n * 4;
      if (
        this.words[word] === w0 &&
        this.words[word + 1] === w1 &&
        this.words[word + 2] === w2 &&
        this.words[word + 3] === w3 &&
        this.pools[n] === pool
      )
        return n;
      place = (place + 1) & mask;
    }
    if (this.count === this.capacity) {
      this.grow();
      return this.find(w0, w1, w2, w3, pool);
    }
    const n = this.count++;
    this.places[place] = n + 1;
    this.words[n * 4] = w0;
    this.words[n * 4 + 1] = w1;
    this.words[n * 4 + 2] = w2;
    this.words[n * 4 + 3] = w3;
    this.pools[n] = pool;
    this.first[n] = Number.POSITIVE_INFINITY;
    this.last[n] = Number.NEGATIVE_INFINITY;
    return n;
  }

  private sum(
    n: number,
    requests: number,
    firstSeen: EpochMs,
    lastSeen: EpochMs,
    kind: number,
    client: number,
    text: string,
    demo: boolean,
  ): void {
    this.requests[n] = (this.requests[n] ?? 0) + requests;
    if (demo) this.demos[n] = 1;
    if (firstSeen < (this.first[n] ?? 0)) this.first[n] = firstSeen;
    const last = this.last[n] ?? 0;
    const known = this.clientKinds[n] ?? unknown;
    if (
      kind !== unknown &&
      (known === unknown ||
        lastSeen > last ||
        (lastSeen === last && this.isGreater(kind, client, text, n)))
    ) {
      this.clientKinds[n] = kind;
      this.clients[n] = client;
      if (kind === version6) this.longClients.set(n, text);
    }
    if (lastSeen > last) this.last[n] = lastSeen;
  }

  /** The same, the address as a text. */
  private sumUp(
    n: number,
    requests: number,
    firstSeen: EpochMs,
    lastSeen: EpochMs,
    client: string | null,
    demo: boolean,
  ): void {
    const number = client === null ? null : addressNumber(client);
    const kind = client === null ? unknown : number === null ? version6 : version4;
    this.sum(n, requests, firstSeen, lastSeen, kind, number ?? 0, client ?? "", demo);
  }

  /** Whether an address comes after one's own in the order of Postgres' `inet`. */
  private isGreater(kind: number, client: number, text: string, n: number): boolean {
    if (kind !== this.clientKinds[n]) return kind === version6;
    if (kind === version4) return client >>> 0 > (this.clients[n] ?? 0) >>> 0;
    return orderOf(text) > orderOf(this.longClients.get(n) ?? "");
  }

  private grow(): void {
    const { words, pools, first, last, requests, demos, clients, clientKinds } = this;
    this.capacity *= 2;
    this.words = new Int32Array(this.capacity * 4);
    this.words.set(words);
    this.pools = new Int32Array(this.capacity);
    this.pools.set(pools);
    this.first = new Float64Array(this.capacity);
    this.first.set(first);
    this.last = new Float64Array(this.capacity);
    this.last.set(last);
    this.requests = new Int32Array(this.capacity);
    this.requests.set(requests);
    this.demos = new Uint8Array(this.capacity);
    this.demos.set(demos);
    this.clients = new Int32Array(this.capacity);
    this.clients.set(clients);
    this.clientKinds = new Uint8Array(this.capacity);
    this.clientKinds.set(clientKinds);
    this.nodes.grow(this.capacity);
    this.lbs.grow(this.capacity);
    this.places = new Int32Array(this.capacity * 2);
    const mask = this.places.length - 1;
    for (let n = 0; n < this.count; n++) {
      let place = ((words[n * 4] ?? 0) ^ Math.imul(pools[n] ?? 0, 0x9e3779b1)) & mask;
      while (this.places[place] !== 0) place = (place + 1) & mask;
      this.places[place] = n + 1;
    }
  }
}

/** An address of IPv6 as a text that is in order with others. */
function orderOf(address: string): string {
  return groupsOf(address)
    .map((group) => group.padStart(4, "0").toLowerCase())
    .join("");
}
