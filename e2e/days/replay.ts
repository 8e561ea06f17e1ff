import { evaluate } from "@/lib/alerts/evaluate";
import { Looker } from "@/lib/alerts/look";
import { type StoredAlert, storedAlert } from "@/lib/alerts/stored";
import { Settler } from "@/lib/correlate/settler";
import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ShopItem } from "@/lib/demo/shop";
import { firstRules } from "@/lib/domain/alerts/rule";
import type { EpochMs } from "@/lib/domain/facts";
import { Ingestion } from "@/lib/ingest/ingestion";
import { rulesOf } from "@/lib/ingest/source-rules";
import { Names } from "@/lib/reports/names";
import type { SourceInput } from "@/lib/schemas/ingest";
import { markDirty } from "@/lib/store/alerts/clocks";
import { enterFirstRules, json } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { sourcesOf } from "./balancers";
import type { Day } from "./plan";
import { playDay } from "./traffic";

export interface Replay {
  /** How often, in log time, what has come is delivered and looked at. */
  everyMs: number;
  /** Balancers' lines come so much later. */
  lateMs: number;
  /** What comes together comes in any order, cut in pieces. */
  shuffled: boolean;
}

/** What is played: the balancers' sources, and all that is written, in order. */
export interface Played {
  seed: number;
  from: EpochMs;
  to: EpochMs;
  sources: Record<string, SourceInput>;
  items: Iterator<ShopItem>;
}

/** A day as its balancers and apps write it down. */
export function playedDay(day: Day): Played {
  return { ...day, sources: sourcesOf(day), items: playDay(day) };
}

type Pool = ConstructorParameters<typeof Ingestion>[0]["pool"];

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Plays a day into a database as a live service would take it, and answers the alerts at its end. */
export async function replay(db: Pool, day: Played, how: Replay): Promise<StoredAlert[]> {
  const prisma = createPrisma(db);
  const chance = chanceFrom(day.seed + 1);
  let now = day.from;
  const dirty = new Map<string, number>();
  const touch = (pools: readonly string[], from: number) => {
    for (const pool of pools)
      dirty.set(pool, Math.min(from, dirty.get(pool) ?? Number.POSITIVE_INFINITY));
  };
  const settled: { pools: number[]; from: number }[] = [];
  const settler = new Settler({
    pool: db,
    now: () => Date.now(),
    onSettled: ({ bounces, losses }) => {
      const rows = [...bounces, ...losses];
      if (rows.length > 0)
        settled.push({
          pools: [...new Set(rows.map(({ pool }) => pool))],
          from: Math.min(...rows.map(({ at }) => at)),
        });
    },
    onError: (error) => {
      throw error;
    },
  });
  const ingestion = new Ingestion({
    pool: db,
    secret: Buffer.from("a secret for days that are played"),
    now: () => now,
    maxBody: 1e9,
    onWritten: (written) => {
      settler.kick(written.named);
      if (written.oldestAt !== null) touch(written.pools, written.oldestAt);
    },
  });
  const sources = new Map<string, ReturnType<typeof rulesOf>>();
  for (const [name, input] of Object.entries(day.sources)) {
    const { session, correlation, affinity, nodes, ...plain } = input;
    const row = await prisma.source.create({
      data: {
        ...plain,
        name,
        createdAt: new Date(now),
        updatedAt: new Date(now),
        ...(session ? { session: json(session) } : {}),
        ...(correlation ? { correlation: json(correlation) } : {}),
        ...(affinity ? { affinity: json(affinity) } : {}),
        ...(nodes ? { nodes: json(nodes) } : {}),
      },
    });
    sources.set(name, rulesOf(row));
  }
  await enterFirstRules(prisma, firstRules, now);
  const looker = new Looker(day.from - 3_600_000);

  const look = async () => {
    await ingestion.idle();
    await settler.drain();
    const names = await Names.read(db);
    for (const { pools, from } of settled.splice(0))
      touch(
        pools.map((pool) => names.pool(pool)),
        from,
      );
    if (dirty.size > 0)
      await markDirty(db, { pools: [...dirty.keys()], froms: [...dirty.values()] });
    dirty.clear();
    await evaluate(db, prisma, looker, now);
  };
  const deliver = async (items: readonly ShopItem[]) => {
    const lines = new Map<string, string[]>();
    const events: unknown[] = [];
    const changes: unknown[] = [];
    for (const item of items)
      if (item.kind === "line")
        lines.set(item.source, [...(lines.get(item.source) ?? []), item.text]);
      else if (item.kind === "event") events.push(item.event);
      else changes.push(item.change);
    if (changes.length > 0) await ingestion.changes(changes);
    if (events.length > 0)
      await ingestion.events({
        chunks: bytes(events.map((event) => JSON.stringify(event)).join("\n")),
        encoding: null,
      });
    for (const [name, own] of lines) {
      const source = sources.get(name);
      if (source) await ingestion.logs(source, { chunks: bytes(own.join("\n")), encoding: null });
    }
  };

  const waiting = new Waiting(how, chance);
  const { items } = day;
  let next = items.next();
  for (now = day.from + how.everyMs; now <= day.to + how.lateMs + 60_000; now += how.everyMs) {
    for (; !next.done && next.value.at <= now; next = items.next()) waiting.add(next.value);
    const due = waiting.take(now);
    if (due.length > 0) await deliver(due);
    await look();
  }
  await settler.stop();
  const rows = await prisma.alert.findMany({ orderBy: { since: "asc" } });
  await prisma.$disconnect();
  return rows.map(storedAlert);
}

/** What was written and has not come yet. */
class Waiting {
  private items: ShopItem[] = [];

  constructor(
    private readonly how: Pick<Replay, "lateMs" | "shuffled">,
    private readonly chance: Chance,
  ) {}

  add(item: ShopItem): void {
    this.items.push(item);
  }

  take(now: EpochMs): ShopItem[] {
    const due: ShopItem[] = [];
    const later: ShopItem[] = [];
    for (const item of this.items)
      (item.at + (item.kind === "line" ? this.how.lateMs : 0) <= now ? due : later).push(item);
    this.items = later;
    if (!this.how.shuffled) return due;
    return due
      .map((item) => ({ item, place: this.chance.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}
