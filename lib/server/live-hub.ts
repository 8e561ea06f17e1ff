import type { Bounce, ChangeMark, Loss } from "@/lib/schemas/results";
import type { StreamEvent } from "@/lib/schemas/stream";

/** What ingestion tells once a batch is on disk. */
export interface Committed {
  requests: number;
  events: number;
  /** Names of the pools that were touched. */
  pools: string[];
  /** RFC 3339; null when the batch held no request. */
  newestAt: string | null;
  /** Some of the newest requests, oldest first. */
  tail: Tick["tail"];
  bounces: Bounce[];
  losses: Loss[];
  changes: ChangeMark[];
}

export type Tick = Extract<StreamEvent, { type: "tick" }>;

/** Only what concerns one pool; everything when null. */
export interface LiveFilter {
  pool: string | null;
}

interface Subscriber {
  filter: LiveFilter;
  send(event: StreamEvent): void;
  close(): void;
}

export interface LiveClock {
  now(): number;
  /** Runs once after so many milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** No more than four ticks a second. */
const tickEveryMs = 250;
/** Lines that one tick carries for the live tail. */
const tailLines = 25;
/** Bounces, losses and changes sent in one second; screens fetch the rest after the tick. */
const marksPerSecond = 50;
/** So long, and so many events, a page may take from its making to its watching without asking everything twice. */
const rememberedMs = 30_000;
const rememberedEvents = 150;

/**
 * Hands on what was committed to everyone who watches. Counts are gathered
 * into ticks; bounces, losses and changes go at once, as many as a person
 * could see. Nothing here is needed for truth: a screen that missed something
 * finds it at its next question.
 */
export class LiveHub {
  readonly #clock: LiveClock;
  readonly #subscribers = new Set<Subscriber>();
  /** Hands on to the other server processes; set while the relay runs. */
  relay: ((events: StreamEvent[]) => void) | null = null;
  #gathered: Tick | null = null;
  #lastTick = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;
  #second = 0;
  #marks = 0;
  #told: { at: number; event: StreamEvent }[] = [];
  /** Since when `#told` is whole. */
  #wholeSince: number;

  constructor(clock: LiveClock) {
    this.#clock = clock;
    this.#wholeSince = clock.now();
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** Watches until the answer is called. `close` is called when the server stops. */
  subscribe(filter: LiveFilter, send: (event: StreamEvent) => void, close = () => {}): () => void {
    const subscriber: Subscriber = { filter, send, close };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Sends to everyone who watches here, at once. */
  publish(events: readonly StreamEvent[]): void {
    this.#remember(events);
    for (const subscriber of this.#subscribers) {
      for (const event of events) {
        const seen = seenThrough(event, subscriber.filter);
        if (seen) subscriber.send(seen);
      }
    }
  }

  /** What was sent since a moment, oldest first; null when that is no longer known. */
  sentSince(moment: number): StreamEvent[] | null {
    if (moment < this.#wholeSince) return null;
    return this.#told.filter(({ at }) => at >= moment).map(({ event }) => event);
  }

  /** Called after each commit. */
  publishCommitted(batch: Committed): void {
    const marks = this.#bounded([
      ...batch.bounces.map((bounce): StreamEvent => ({ type: "bounce", bounce })),
      ...batch.losses.map((loss): StreamEvent => ({ type: "loss", loss })),
      ...batch.changes.map((change): StreamEvent => ({ type: "change", change })),
    ]);
    if (marks.length > 0) this.#send(marks);
    this.#gather(batch);
    const wait = this.#lastTick + tickEveryMs - this.#clock.now();
    if (wait <= 0) this.#tick();
    else this.#cancelTimer ??= this.#clock.after(wait, () => this.#tick());
  }

  /** Ends every watch. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    for (const subscriber of this.#subscribers) subscriber.close();
    this.#subscribers.clear();
  }

  #remember(events: readonly StreamEvent[]): void {
    const now = this.#clock.now();
    for (const event of events) this.#told.push({ at: now, event });
    const old = this.#told.findLastIndex(({ at }) => at < now - rememberedMs) + 1;
    const forgotten = Math.max(old, this.#told.length - rememberedEvents);
    const last = this.#told[forgotten - 1];
    if (!last) return;
    this.#told = this.#told.slice(forgotten);
    // Others of the same moment may be gone too.
    this.#wholeSince = last.at + 1;
  }

  #send(events: StreamEvent[]): void {
    this.publish(events);
    this.relay?.(events);
  }

  #gather(batch: Committed): void {
    const so = this.#gathered ?? emptyTick(this.#clock.now());
    const lines = [...so.tail, ...batch.tail];
    const tail = lines.slice(-tailLines);
    this.#gathered = {
      ...so,
      requests: so.requests + batch.requests,
      events: so.events + batch.events,
      newestAt: later(so.newestAt, batch.newestAt),
      pools: [...new Set([...so.pools, ...batch.pools])],
      tail,
      dropped: so.requests + batch.requests - tail.length,
    };
  }

  #tick(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const tick = this.#gathered;
    if (!tick) return;
    this.#gathered = null;
    this.#lastTick = this.#clock.now();
    this.#send([
      {
        ...tick,
        at: new Date(this.#lastTick).toISOString(),
        dropped: Math.max(0, tick.dropped),
      },
    ]);
  }

  #bounded(marks: StreamEvent[]): StreamEvent[] {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#marks = 0;
    }
    const room = Math.max(0, marksPerSecond - this.#marks);
    const sent = marks.slice(0, room);
    this.#marks += sent.length;
    return sent;
  }
}

/** A tick that counts nothing and names no pool: every screen asks again. */
export function emptyTick(now: number): Tick {
  return {
    type: "tick",
    at: new Date(now).toISOString(),
    requests: 0,
    events: 0,
    newestAt: null,
    pools: [],
    tail: [],
    dropped: 0,
  };
}

/** The event as one who watches a pool sees it; null when it does not concern that pool. */
export function seenThrough(event: StreamEvent, filter: LiveFilter): StreamEvent | null {
  const { pool } = filter;
  if (pool === null) return event;
  switch (event.type) {
    case "tick": {
      if (event.pools.length === 0) return event;
      if (!event.pools.includes(pool)) return null;
      return { ...event, tail: event.tail.filter((line) => line.pool === pool) };
    }
    case "bounce":
      return event.bounce.pool === pool ? event : null;
    case "loss":
      // An app that does not name its pool may mean this one.
      return event.loss.pool === pool || event.loss.pool === "" ? event : null;
    case "alert":
      // A source's alert names no pool, and concerns all.
      return event.alert.pool === null || event.alert.pool === pool ? event : null;
    case "change":
      return event.change.pool === null || event.change.pool === pool ? event : null;
  }
}

function later(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  if (b === null) return a;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
