import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { SourceRules } from "@/lib/ingest/source-rules";
import { plainSource } from "@/lib/ingest/source-rules.fixture";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { IngestThread } from "./ingest-remote";

let database: TestDatabase;
let thread: IngestThread;
beforeAll(async () => {
  database = await testDatabase();
  const settings = { databaseUrl: database.url, secret: Buffer.alloc(32, 7), maxBody: 1e7 };
  const nothing = () => undefined;
  thread = new IngestThread(settings, {
    onWritten: nothing,
    onSettled: nothing,
    onTrouble: nothing,
  });
  await thread.start();
});
afterAll(async () => {
  await thread.stop();
  await database.close();
});

const source: SourceRules = { ...plainSource, format: "haproxy-http" };
const order = { kind: "logs", source, encoding: null, repeats: undefined } as const;

function lines(from: number, to: number): Buffer {
  const texts: string[] = [];
  for (let n = from; n < to; n++)
    texts.push(
      `10.0.0.${n % 200}:50000 [21/Nov/2026:09:00:${String(n % 60).padStart(2, "0")}.${String(n % 1000).padStart(3, "0")}] www shop/web-1 0/0/1/20/21 200 ${n} sid=session-${n % 7}-abcdef - --VN 1/1/1/1/0 0/0 "GET /cart/${n} HTTP/1.1"\n`,
    );
  return Buffer.from(texts.join(""));
}

async function* whole(...chunks: Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function stored(): Promise<number> {
  const { rows } = await database.pool.query("SELECT count(*) AS n FROM request_rows");
  return rows[0].n;
}

/** Ends the thread as a crash would: at once, whatever it is doing. */
async function crash(): Promise<void> {
  const worker: unknown = Reflect.get(thread, "worker");
  if (!(worker instanceof Worker)) throw new Error("The thread does not run");
  await worker.terminate();
}

it("loses nothing that was accepted when the thread ends, refuses what was under way, and takes it again afterwards", async () => {
  expect(await thread.ask(order, whole(lines(0, 200)))).toMatchObject({ accepted: 200 });

  let goOn: () => void = () => undefined;
  const crashed = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* interrupted(): AsyncGenerator<Uint8Array> {
    yield lines(200, 300);
    await crashed;
    yield lines(300, 400);
  }
  const refused = expect(thread.ask(order, interrupted())).rejects.toMatchObject({ status: 503 });
  await crash();
  goOn();
  await refused;
  expect(await stored()).toBe(200);

  // Refused until it runs again.
  const receipt = await vi.waitFor(() => thread.ask(order, whole(lines(0, 400))), {
    timeout: 25_000,
    interval: 200,
  });
  expect(receipt).toMatchObject({ accepted: 200, duplicates: 200, rejected: 0 });
  expect(await stored()).toBe(400);
  const { rows } = await database.pool.query(
    "SELECT sum(requests)::integer AS requests, count(*)::integer AS sessions FROM sessions",
  );
  expect(rows[0]).toEqual({ requests: 400, sessions: 7 });
});

it("lets readers wait, after a stream, until results tell of all that was answered for", async () => {
  const each = 30_000;
  for (const n of [1, 2, 3]) {
    const receipt = await thread.ask(order, whole(lines(n * each, (n + 1) * each)));
    expect(receipt).toMatchObject({ accepted: each });
  }
  await thread.caughtUp();
  const ofSessions = await database.pool.query("SELECT sum(requests)::integer AS n FROM sessions");
  expect(ofSessions.rows[0].n).toBe(400 + 3 * each);
  expect((await database.pool.query("SELECT session FROM unsettled LIMIT 1")).rows).toEqual([]);
});

it("lets nobody wait who asked while facts came in", async () => {
  const work = thread.ask(order, whole(lines(200_000, 260_000)));
  await thread.caughtUp();
  expect(await work).toMatchObject({ accepted: 60_000 });
  await thread.caughtUp();
  expect(Reflect.get(thread, "isBehind")).toBe(true);
});
