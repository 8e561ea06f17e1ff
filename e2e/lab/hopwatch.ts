import { z } from "zod";
import type { Chance } from "@/lib/demo/chance";
import { type Receipt, receiptSchema } from "@/lib/schemas/ingest";
import { lookupOutputSchema, type Timeline, timelineSchema } from "@/lib/schemas/results";
import type { SessionVerdict } from "./judge";
import { until } from "./patience";
import type { Play } from "./stage";
import { sessionsOf } from "./truth";

/** A Hopwatch server, spoken to as any shipper and any browser does. */
export class Hopwatch {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url.replace(/\/$/, "");
    this.#key = key;
  }

  async #ask(method: string, path: string, body?: string, type = "application/json") {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : z.json().parse(JSON.parse(text));
  }

  async declare(name: string, definition: unknown): Promise<void> {
    await this.#ask("PUT", `/api/v1/sources/${name}`, JSON.stringify(definition));
  }

  async postLines(source: string, lines: string[]): Promise<Receipt> {
    return receiptSchema.parse(
      await this.#ask("POST", `/api/v1/logs/${source}`, `${lines.join("\n")}\n`, "text/plain"),
    );
  }

  async postEvents(events: unknown[]): Promise<Receipt> {
    const body = events.map((event) => JSON.stringify(event)).join("\n");
    return receiptSchema.parse(
      await this.#ask("POST", "/api/v1/events", `${body}\n`, "application/x-ndjson"),
    );
  }

  async postChanges(changes: unknown[]): Promise<void> {
    await this.#ask("POST", "/api/v1/changes", JSON.stringify(changes));
  }

  /** The session of a raw key in a pool, with its timeline; null when it is not known. */
  async timelineOf(key: string, pool: string): Promise<Timeline | null> {
    const found = lookupOutputSchema.parse(
      await this.#ask("POST", "/api/v1/sessions/lookup", JSON.stringify({ value: key })),
    );
    const session = found.items.find((item) => item.pool === pool);
    if (!session) return null;
    return timelineSchema.parse(
      await this.#ask("GET", `/api/v1/sessions/${session.id}?pool=${encodeURIComponent(pool)}`),
    );
  }

  /** Sends all that a play left behind, cut into batches and in no order. */
  async ship(play: Play, chance: Chance): Promise<void> {
    for (const source of play.sources) await this.declare(source.name, source.definition);
    const batches: (() => Promise<unknown>)[] = [];
    for (const source of play.sources)
      for (const lines of cut(source.lines, chance))
        batches.push(() => this.postLines(source.name, lines));
    for (const events of cut(play.events, chance)) batches.push(() => this.postEvents(events));
    if (play.changes.length > 0) batches.push(() => this.postChanges(play.changes));
    for (const post of shuffled(batches, chance)) await post();
  }

  /** What it says of every session of a play, once all of the play's requests are settled. */
  async verdicts(play: Play): Promise<Map<string, SessionVerdict>> {
    const chains = sessionsOf(play.truth.requests);
    const verdicts = new Map<string, SessionVerdict>();
    for (const [key, chain] of chains) {
      let timeline: Timeline | null = null;
      try {
        await until(
          `${key.slice(0, 8)} has its requests`,
          async () => {
            timeline = await this.timelineOf(key, play.truth.pool);
            return (timeline?.requests.length ?? 0) >= chain.length;
          },
          3_000,
        );
      } catch {
        // The judge tells what is missing.
      }
      if (timeline) verdicts.set(key, verdictOf(timeline, play.truth.pool));
    }
    return verdicts;
  }
}

/** A timeline as the judge reads it, of one pool. */
export function verdictOf(timeline: Timeline, pool: string): SessionVerdict {
  return {
    requests: timeline.requests
      .filter((request) => request.pool === pool)
      .map((request) => ({
        at: Date.parse(request.startedAt),
        correlationId: request.correlationId,
        node: request.node,
      })),
    bounces: timeline.bounces
      .filter((bounce) => bounce.pool === pool)
      .map((bounce) => ({ ...bounce, at: Date.parse(bounce.at) })),
    losses: timeline.losses.map((loss) => ({ ...loss, at: Date.parse(loss.at) })),
  };
}

/** The items in pieces of uneven length. */
export function cut<T>(items: T[], chance: Chance, largest = 40): T[][] {
  const pieces: T[][] = [];
  for (let start = 0; start < items.length; ) {
    const end = start + chance.between(1, largest);
    pieces.push(items.slice(start, end));
    start = end;
  }
  return pieces;
}

export function shuffled<T>(items: T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, place: chance.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
