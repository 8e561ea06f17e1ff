import path from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { Problem } from "@/lib/domain/problem";

const answerSchema = z.object({
  id: z.number(),
  png: z.instanceof(Uint8Array<ArrayBuffer>).optional(),
  error: z.string().optional(),
});

interface Waiting {
  resolve: (png: Uint8Array<ArrayBuffer>) => void;
  reject: (error: Error) => void;
}

/** Pixels of a picture at most: what is larger is drawn less finely. */
const mostPixels = 12_000_000;
/** Pictures that may wait for their turn. */
const mostWaiting = 20;
/** The thread, with the fonts in its memory, goes when nobody asked for so long. */
const idleMs = 60_000;
const key = Symbol.for("hopwatch.pictures");

/** One thread that draws, started when a picture is asked for. */
class Draughtsman {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #next = 0;

  draw(svg: string, zoom: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#waiting.size >= mostWaiting)
      throw new Problem(429, "Too Many Requests", "Too many pictures are being drawn", {
        headers: { "Retry-After": "2" },
      });
    if (this.#idle) clearTimeout(this.#idle);
    const worker = this.#started();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, svg, zoom });
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(path.join(process.cwd(), "lib", "server", "picture-worker.mjs"));
    worker.unref();
    worker.on("message", (message: unknown) => {
      const { id, png, error } = answerSchema.parse(message);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (png) waiting?.resolve(png);
      else
        waiting?.reject(new Error(`A picture could not be drawn: ${error ?? "no reason given"}`));
      if (this.#waiting.size === 0) this.#rest(worker);
    });
    worker.on("error", (error: Error) => this.#lost(error));
    worker.on("exit", () => this.#lost(new Error("The thread that draws pictures ended")));
    this.#worker = worker;
    return worker;
  }

  #rest(worker: Worker): void {
    this.#idle = setTimeout(() => {
      this.#worker = null;
      void worker.terminate();
    }, idleMs);
    this.#idle.unref();
  }

  #lost(error: Error): void {
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

// Kept on the global object: the framework bundles a module several times over.
function draughtsman(): Draughtsman {
  const known: Draughtsman | undefined = Reflect.get(globalThis, key);
  if (known) return known;
  const made = new Draughtsman();
  Reflect.set(globalThis, key, made);
  return made;
}

/**
 * An SVG picture of ours as PNG, drawn with the fonts in `public/fonts`; no browser and no network. Twice as fine as its
 * measures, less when it is very large.
 * @throws {Problem} 429 when too many wait.
 */
export function pngOf(svg: string, zoom = 2): Promise<Uint8Array<ArrayBuffer>> {
  const [, width = "1200", height = "630"] =
    /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const pixels = Number(width) * Number(height);
  return draughtsman().draw(svg, Math.min(zoom, Math.max(Math.sqrt(mostPixels / pixels), 0.25)));
}
