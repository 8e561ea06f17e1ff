import type { EpochMs } from "@/lib/domain/facts";
import type { ChangeInput } from "@/lib/schemas/ingest";
import { playShop, type ShopEvent, type ShopItem, type ShopOptions } from "./shop";

/** The ordinary way in, as the demo uses it. */
export interface DemoIntake {
  lines(source: string, lines: AsyncIterable<string[]>): Promise<void>;
  events(events: AsyncIterable<ShopEvent[]>): Promise<void>;
  changes(changes: ChangeInput[]): Promise<void>;
}

export interface PlayOptions {
  seed: number;
  intake: DemoIntake;
  now: () => EpochMs;
  /** How long the story's past is, and how long it goes on live. */
  historyMs: number;
  liveMs: number;
  visitorsPerMinute: number;
  signal: AbortSignal;
  /** Called when the past is told and the live part begins. */
  onLive?: () => void;
}

const perPiece = 2000;
const partMs = 15 * 60_000;
const tickMs = 500;

/**
 * Plays the shop: its past at once, then what happens as time passes. Resolves
 * at its end or when it is told to stop.
 */
export async function playDemo(options: PlayOptions): Promise<void> {
  const { now, historyMs, liveMs, seed, visitorsPerMinute, signal } = options;
  const began = now();
  const shop: ShopOptions = {
    seed,
    now: began,
    from: began - historyMs,
    until: began + liveMs,
    visitorsPerMinute,
  };
  const items = new Lookahead(playShop(shop));
  // In parts, so that the past need never be in memory as a whole.
  for (let until = shop.from + partMs; until < began; until += partMs)
    await deliver(options.intake, await sorted(items, until, signal));
  await deliver(options.intake, await sorted(items, began, signal));
  options.onLive?.();
  while (!signal.aborted && items.hasMore) {
    await wait(tickMs, signal);
    await deliver(options.intake, await sorted(items, now(), signal));
  }
}

/** An iterator of which the next item may be looked at. */
class Lookahead {
  #next: IteratorResult<ShopItem, unknown>;

  constructor(private readonly items: Iterator<ShopItem, unknown>) {
    this.#next = items.next();
  }

  get hasMore(): boolean {
    return !this.#next.done;
  }

  /** The next item if it is due by `until`. */
  take(until: EpochMs): ShopItem | null {
    if (this.#next.done || this.#next.value.at > until) return null;
    const item = this.#next.value;
    this.#next = this.items.next();
    return item;
  }
}

/** What is due, by where it goes, in pieces. */
interface Post {
  lines: Map<string, string[][]>;
  events: ShopEvent[][];
  changes: ChangeInput[];
}

function put<T>(pieces: T[][], item: T): void {
  const last = pieces.at(-1);
  if (last && last.length < perPiece) last.push(item);
  else pieces.push([item]);
}

async function sorted(items: Lookahead, until: EpochMs, signal: AbortSignal): Promise<Post> {
  const post: Post = { lines: new Map(), events: [], changes: [] };
  let taken = 0;
  for (let item = items.take(until); item && !signal.aborted; item = items.take(until)) {
    if (item.kind === "change") post.changes.push(item.change);
    else if (item.kind === "event") put(post.events, item.event);
    else {
      const pieces = post.lines.get(item.source) ?? [];
      post.lines.set(item.source, pieces);
      put(pieces, item.text);
    }
    taken += 1;
    // The server answers others meanwhile.
    if (taken % perPiece === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return post;
}

async function deliver(intake: DemoIntake, post: Post): Promise<void> {
  // Who rolls something out says so before it shows in the logs.
  if (post.changes.length > 0) await intake.changes(post.changes);
  const posts = [...post.lines].map(([source, pieces]) => intake.lines(source, each(pieces)));
  if (post.events.length > 0) posts.push(intake.events(each(post.events)));
  await Promise.all(posts);
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

/** Until the time is over or the signal comes. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
