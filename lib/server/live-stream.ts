import type { StreamEvent } from "@/lib/schemas/stream";
import { emptyTick, type LiveFilter, type LiveHub, seenThrough } from "./live-hub";
import { BoundedQueue } from "./live-queue";

export interface LiveStreamOptions {
  /** Ends the stream when the reader goes away. */
  signal: AbortSignal;
  /** The reader was here before and missed something: it is told to ask again. */
  resumed: boolean;
  /** When what the reader knows was made, epoch ms: it is told what was sent since, or to ask again. */
  since?: number | null;
  keepaliveMs?: number;
  /** The reader connects anew after this long, so that a login or a server that ended takes effect. */
  maxAgeMs?: number;
  queueLength?: number;
}

const headers = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // Frames are small and must not wait in a compressor or a proxy's buffer.
  "content-encoding": "none",
  "x-accel-buffering": "no",
};

/** What happens, as server-sent events (WHATWG HTML, section 9.2). */
export function liveStream(hub: LiveHub, filter: LiveFilter, options: LiveStreamOptions): Response {
  const { signal, resumed, since = null, keepaliveMs = 15_000, maxAgeMs = 15 * 60_000 } = options;
  const queue = new BoundedQueue<StreamEvent>(options.queueLength ?? 200);
  const encoder = new TextEncoder();
  let sequence = 0;
  let finish = () => {};
  let pull = () => {};

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const frame = (event: StreamEvent) => {
          sequence += 1;
          const id = `${Date.now().toString(36)}-${sequence}`;
          controller.enqueue(
            encoder.encode(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
          );
        };
        const flush = () => {
          while ((controller.desiredSize ?? 0) > 0) {
            if (queue.takeDropped() > 0) frame(emptyTick(Date.now()));
            const event = queue.shift();
            if (!event) return;
            frame(event);
          }
        };
        const keepalive = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": alive\n\n"));
        }, keepaliveMs);
        const age = setTimeout(() => finish(), maxAgeMs);
        const leave = hub.subscribe(
          filter,
          (event) => {
            queue.push(event);
            flush();
          },
          () => finish(),
        );
        let done = false;
        finish = () => {
          if (done) return;
          done = true;
          clearInterval(keepalive);
          clearTimeout(age);
          leave();
          queue.clear();
          signal.removeEventListener("abort", finish);
          try {
            controller.close();
          } catch (error) {
            // The reader cancelled: the stream is closed already.
            if (!(error instanceof TypeError)) throw error;
          }
        };
        pull = flush;
        signal.addEventListener("abort", finish);
        controller.enqueue(encoder.encode("retry: 2000\n: watching\n\n"));
        const missed = since === null ? [] : hub.sentSince(since);
        if (resumed || missed === null) frame(emptyTick(Date.now()));
        else {
          for (const event of missed) {
            const seen = seenThrough(event, filter);
            if (seen) queue.push(seen);
          }
          flush();
        }
        if (signal.aborted) finish();
      },
      pull() {
        pull();
      },
      cancel() {
        finish();
      },
    },
    { highWaterMark: 16 },
  );
  return new Response(stream, { headers });
}
