import { randomUUID } from "node:crypto";
import type pg from "pg";
import { z } from "zod";
import { type StreamEvent, streamEventSchema } from "@/lib/schemas/stream";
import { emptyTick, type LiveHub } from "./live-hub";

/** Postgres' channel between server processes on one database. */
const channel = "hopwatch_live";
/** Postgres refuses payloads of 8000 bytes and more. */
const mostBytes = 7900;
const longestWaitMs = 10_000;

const messageSchema = z.object({ from: z.string(), events: z.array(streamEventSchema) });

export interface RelayStore {
  /** A connection of its own, not from the pool, for as long as the relay runs. */
  connect(): Promise<pg.Client>;
  /** Runs `SELECT pg_notify($1, $2)`. */
  notify(channel: string, payload: string): Promise<void>;
  /** Where to tell of a lost connection. */
  warn(message: string, error: unknown): void;
}

/**
 * Carries live events between the server processes on one database, by
 * LISTEN and NOTIFY. Notifications are not kept: after a lost connection every
 * screen here is told to ask again.
 */
export class LiveRelay {
  readonly #hub: LiveHub;
  readonly #store: RelayStore;
  readonly #self = randomUUID();
  #client: pg.Client | null = null;
  #stopped = false;
  #retry: NodeJS.Timeout | null = null;
  #attempts = 0;

  constructor(hub: LiveHub, store: RelayStore) {
    this.#hub = hub;
    this.#store = store;
  }

  async start(): Promise<void> {
    this.#hub.relay = (events) => this.#send(events);
    await this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#hub.relay = null;
    if (this.#retry) clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #listen(): Promise<void> {
    try {
      const client = await this.#store.connect();
      // Also while it is ended: nobody else would hear that it breaks.
      client.on("error", (error) => this.#lost(client, error));
      if (this.#stopped) {
        await client.end();
        return;
      }
      client.on("notification", (message) => this.#receive(message.payload ?? ""));
      client.on("end", () => this.#lost(client, null));
      this.#client = client;
      await client.query(`LISTEN ${channel}`);
      if (this.#attempts > 0) this.#hub.publish([emptyTick(Date.now())]);
      this.#attempts = 0;
    } catch (error) {
      this.#lost(this.#client, error);
    }
  }

  #lost(client: pg.Client | null, error: unknown): void {
    if (this.#stopped || client !== this.#client || this.#retry) return;
    this.#client = null;
    client?.end().catch((reason: unknown) => this.#store.warn("live relay: closing", reason));
    if (error) this.#store.warn("live relay: connection lost", error);
    this.#attempts += 1;
    const wait = Math.min(longestWaitMs, 250 * 2 ** this.#attempts);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#listen();
    }, wait);
    this.#retry.unref();
  }

  #receive(payload: string): void {
    const message = readMessage(payload);
    if (message && message.from !== this.#self) this.#hub.publish(message.events);
  }

  #send(events: StreamEvent[]): void {
    for (const payload of payloadsOf(this.#self, events)) {
      this.#store
        .notify(channel, payload)
        .catch((error: unknown) => this.#store.warn("live relay: notify", error));
    }
  }
}

/** Messages small enough for NOTIFY: a tick too long goes without its tail, a mark too long is left to the tick. */
export function payloadsOf(from: string, events: readonly StreamEvent[]): string[] {
  const whole = JSON.stringify({ from, events });
  if (Buffer.byteLength(whole) <= mostBytes) return [whole];
  return events.flatMap((event) => {
    const one = JSON.stringify({ from, events: [event] });
    if (Buffer.byteLength(one) <= mostBytes) return [one];
    if (event.type !== "tick") return [];
    const short = { ...event, tail: [], dropped: event.requests };
    const bare = JSON.stringify({ from, events: [short] });
    if (Buffer.byteLength(bare) <= mostBytes) return [bare];
    // A tick that names no pool asks every screen to look again.
    return [JSON.stringify({ from, events: [{ ...short, pools: [] }] })];
  });
}

function readMessage(payload: string): z.infer<typeof messageSchema> | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const message = messageSchema.safeParse(value);
  return message.success ? message.data : null;
}
