import pg from "pg";
import type { StreamEvent } from "@/lib/schemas/stream";
import { type Committed, type LiveFilter, LiveHub } from "./live-hub";
import { LiveRelay } from "./live-relay";
import { liveStream } from "./live-stream";
import type { Runtime } from "./runtime";

export type { Committed } from "./live-hub";

const hubKey = Symbol.for("hopwatch.live");
const relayKey = Symbol.for("hopwatch.live.relay");

// Kept on the global object: the framework bundles a module several times over, and all must share one hub.
function hub(): LiveHub {
  const known: LiveHub | undefined = Reflect.get(globalThis, hubKey);
  if (known) return known;
  const made = new LiveHub({
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  });
  Reflect.set(globalThis, hubKey, made);
  return made;
}

/** Sends events to everyone who watches, here and at the other server processes. */
export function publish(events: StreamEvent[]): void {
  hub().publish(events);
  hub().relay?.(events);
}

/** Called by ingestion once a batch is on disk: bounces, losses and changes go at once, counts in ticks. */
export function publishCommitted(batch: Committed): void {
  hub().publishCommitted(batch);
}

/** Watches until the answer is called. */
export function subscribe(filter: LiveFilter, send: (event: StreamEvent) => void): () => void {
  return hub().subscribe(filter, send);
}

/** The answer to someone who watches with a browser or a program; `since` as of `LiveStreamOptions`. */
export function watch(
  request: Request,
  filter: LiveFilter & { since: number | null },
  stopping: AbortSignal,
): Response {
  return liveStream(hub(), filter, {
    since: filter.since,
    signal: AbortSignal.any([request.signal, stopping]),
    resumed: request.headers.has("last-event-id"),
  });
}

/** Begins to share events with the other server processes on the same database. */
export async function startLive(runtime: Runtime): Promise<void> {
  const relay = new LiveRelay(hub(), {
    connect: async () => {
      const client = new pg.Client({
        ...runtime.pool.options,
        application_name: "hopwatch live",
      });
      await client.connect();
      return client;
    },
    notify: async (channel, payload) => {
      await runtime.pool.query("SELECT pg_notify($1, $2)", [channel, payload]);
    },
    warn: (message, error) => runtime.log.warn({ err: error }, message),
  });
  Reflect.set(globalThis, relayKey, relay);
  await relay.start();
}

/** Ends every watch and the sharing. */
export async function stopLive(): Promise<void> {
  const relay: LiveRelay | undefined = Reflect.get(globalThis, relayKey);
  Reflect.deleteProperty(globalThis, relayKey);
  await relay?.stop();
  hub().close();
}
