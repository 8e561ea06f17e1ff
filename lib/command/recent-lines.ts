import { hash } from "node:crypto";
import { linesOf } from "@/lib/ingest/lines";
import type { Repeats } from "@/lib/ingest/repeats";

/** Equal lines further apart than this are of different seconds, and so not equal. */
export const recentBytes = 1024 * 1024;

/**
 * Which lines a log had lately, and how often. Hopwatch tells equal lines apart
 * within one delivery; where a log is cut into deliveries, this knows what to
 * add. It holds the last one to two MiB of lines, 16 characters each.
 */
export class RecentLines {
  private newer = new Map<string, number>();
  private older = new Map<string, number>();
  private bytes = 0;

  /** The lines of a delivery that came before it. */
  async repeatsIn(body: Uint8Array): Promise<Repeats> {
    const repeats = new Map<number, number>();
    const inside = new Set<string>();
    for await (const lines of linesOf(once(body)))
      for (const { number, text } of lines) {
        const name = nameOf(text);
        if (inside.has(name)) continue;
        inside.add(name);
        const before = this.newer.get(name) ?? this.older.get(name) ?? 0;
        if (before > 0) repeats.set(number, before);
      }
    return repeats;
  }

  /** Remembers a delivery's lines. */
  async add(body: Uint8Array): Promise<void> {
    for await (const lines of linesOf(once(body)))
      for (const { text } of lines) {
        const name = nameOf(text);
        const before = this.newer.get(name) ?? this.older.get(name) ?? 0;
        this.newer.set(name, before + 1);
        this.bytes += text.length;
        if (this.bytes < recentBytes) continue;
        this.older = this.newer;
        this.newer = new Map();
        this.bytes = 0;
      }
  }
}

function nameOf(text: string): string {
  return hash("sha1", text, "base64").slice(0, 16);
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
