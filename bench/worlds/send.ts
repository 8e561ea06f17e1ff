import { z } from "zod";
import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ShopItem } from "@/lib/demo/shop";
import { type AlertDetail, alertDetailSchema } from "@/lib/schemas/alerts";
import { sourcesOfWorld } from "./lines";
import { WorldTraffic } from "./traffic";
import type { World } from "./world";

export interface Receiver {
  url: string;
  key: string;
}

/** Log time that is sent at once, and how long the alerts have to stand still to be the last word. */
const stepSeconds = [10, 60] as const;
const stillMs = 15_000;
const mostStillMs = 180_000;

const listSchema = z.object({
  items: z.array(z.object({ id: z.string(), state: z.string(), since: z.string() })),
});

/**
 * Sends a world to a server, as fast as that takes it: all sources side by side, ten to sixty seconds of log time at
 * once. Answers the alerts when nothing comes any more.
 *
 * @param lateMs lines come so much later than events and changes, and what comes together comes in any order.
 */
export async function sendWorld(
  to: Receiver,
  world: World,
  lateMs: number,
): Promise<AlertDetail[]> {
  for (const [name, source] of Object.entries(sourcesOfWorld(world)))
    await call(to, "PUT", `sources/${name}`, "application/json", JSON.stringify(source));
  const chance = chanceFrom(world.seed + 1);
  let waiting: ShopItem[] = [];
  const traffic = new WorldTraffic(world).items();
  let next = traffic.next();
  for (let now = world.from; now < world.to + lateMs; ) {
    now += chance.between(...stepSeconds) * 1000;
    for (; !next.done && next.value.at < now; next = traffic.next()) waiting.push(next.value);
    const isDue = ({ kind, at }: ShopItem) => at + (kind === "line" ? lateMs : 0) < now;
    const due = waiting.filter(isDue);
    waiting = waiting.filter((item) => !isDue(item));
    await deliver(to, lateMs > 0 ? shuffled(due, chance) : due);
  }
  return await lastWord(to);
}

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, place: chance.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

async function deliver(to: Receiver, items: readonly ShopItem[]): Promise<void> {
  const lines = new Map<string, string[]>();
  const events: string[] = [];
  const changes: unknown[] = [];
  for (const item of items)
    if (item.kind === "event") events.push(JSON.stringify(item.event));
    else if (item.kind === "change") changes.push(item.change);
    else {
      const own = lines.get(item.source) ?? [];
      own.push(item.text);
      lines.set(item.source, own);
    }
  if (changes.length > 0)
    await call(to, "POST", "changes", "application/json", JSON.stringify(changes));
  if (events.length > 0)
    await call(to, "POST", "events", "application/x-ndjson", events.join("\n"));
  await Promise.all(
    [...lines].map(([source, own]) =>
      call(to, "POST", `logs/${source}`, "text/plain", own.join("\n")),
    ),
  );
}

/** One call; where the server has too much to do it is asked again. */
async function call(
  { url, key }: Receiver,
  method: string,
  path: string,
  type: string | null,
  body: string | null,
): Promise<unknown> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(type ? { "content-type": type } : {}) },
      body,
    });
    if (answer.ok) return await answer.json();
    if (answer.status !== 429 && answer.status !== 503)
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const seconds = Number(answer.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function lastWord(to: Receiver): Promise<AlertDetail[]> {
  const read = async () =>
    listSchema.parse(await call(to, "GET", "alerts?limit=500", null, null)).items;
  const began = performance.now();
  let known = JSON.stringify(await read());
  for (let since = began; performance.now() - since < stillMs; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = JSON.stringify(await read());
    if (now !== known && performance.now() - began < mostStillMs) since = performance.now();
    known = now;
  }
  const details: AlertDetail[] = [];
  for (const { id } of await read())
    details.push(alertDetailSchema.parse(await call(to, "GET", `alerts/${id}`, null, null)));
  return details;
}
