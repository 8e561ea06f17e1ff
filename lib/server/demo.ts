import { type DemoIntake, playDemo } from "@/lib/demo/player";
import { shopPool, shopSources } from "@/lib/demo/sources";
import { demoVolume } from "@/lib/demo/volume";
import { putSource } from "@/lib/store/sources";
import { hasDemo, removeDemo } from "@/lib/store/write/demo";
import { allLocks } from "@/lib/store/write/locks";
import { intake } from "./ingestion";
import { publish } from "./live";
import { emptyTick } from "./live-hub";
import { runtime } from "./runtime";

const key = Symbol.for("hopwatch.demo");

interface Playing {
  stop: AbortController;
  done: Promise<void>;
}

// On the global object: the framework bundles a module several times over.
function playing(): Playing | undefined {
  return Reflect.get(globalThis, key);
}

/** Whether the demo is being played here, and whether there are any of its data. */
export async function demoState(): Promise<{ running: boolean; present: boolean }> {
  return { running: playing() !== undefined, present: await hasDemo(runtime().pool) };
}

/** Begins to play the demo; nothing happens where it is already playing. */
export async function startDemo(): Promise<void> {
  if (playing()) return;
  const { log, stopping } = runtime();
  const stop = new AbortController();
  const done = begin(AbortSignal.any([stop.signal, stopping]))
    .catch((error: unknown) => log.error({ err: error }, "the demo stopped"))
    .finally(() => Reflect.deleteProperty(globalThis, key));
  Reflect.set(globalThis, key, { stop, done } satisfies Playing);
}

async function begin(signal: AbortSignal): Promise<void> {
  const { pool, prisma } = runtime();
  // An earlier showing has the same sessions at other times.
  if (await hasDemo(pool)) await clear();
  let source: number | null = null;
  for (const [name, definition] of Object.entries(shopSources)) {
    const { format = "auto" } = definition;
    const entered = await putSource(prisma, name, { ...definition, format }, true);
    source ??= entered.source.id;
  }
  await playDemo({
    ...demoVolume,
    now: () => Date.now(),
    signal,
    intake: demoIntake(source),
  });
}

/** The way in of every other fact, with the mark of the demo. */
function demoIntake(changeSource: number | null): DemoIntake {
  return {
    async lines(source, pieces) {
      await intake().logs(source, { chunks: bytesOf(pieces, String), encoding: null }, true);
    },
    async events(pieces) {
      await intake().events({ chunks: bytesOf(pieces, JSON.stringify), encoding: null }, true);
    },
    async changes(changes) {
      await intake().changes(changes, changeSource);
    },
  };
}

async function* bytesOf<T>(
  pieces: AsyncIterable<T[]>,
  text: (item: T) => string,
): AsyncGenerator<Uint8Array> {
  for await (const items of pieces)
    yield Buffer.from(`${items.map((one) => text(one)).join("\n")}\n`);
}

async function clear(): Promise<void> {
  await removeDemo(runtime().pool, [shopPool], allLocks);
}

/** Ends the playing and takes all demo data away. */
export async function endDemo(): Promise<void> {
  const current = playing();
  current?.stop.abort();
  await current?.done;
  await clear();
  publish([emptyTick(Date.now())]);
}
