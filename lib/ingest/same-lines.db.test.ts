import { afterAll, beforeAll, expect, it } from "vitest";
import { counted, miscounted } from "@/lib/store/testing/counted";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Ingestion } from "./ingestion";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = new Ingestion({
    pool: database.pool,
    secret: Buffer.from("a secret for tests only, 32 bytes"),
    now: () => now,
    maxBody: 1e9,
    // So few lines are written as floods are.
    looksUpTo: 200,
    onWritten: () => undefined,
  });
});
afterAll(() => database.close());

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, n) => {
    const at = `21/Nov/2026:10:00:${String((from + n) % 60).padStart(2, "0")}.123`;
    return `10.0.0.1:50000 [${at}] www shop/app1 0/0/1/5/6 200 512 JSESSIONID=S${(from + n) % 97} - --VN 1/1/1/1/0 0/0 "GET /${from + n} HTTP/1.1"`;
  }).join("\n");
}

it("lines that several senders bring at the same time, many and few, count once in all sums", async () => {
  const source = { ...plainSource, name: "edge" };
  const send = (from: number, to: number) =>
    ingestion.logs(source, { chunks: body(lines(from, to)), encoding: null });
  const receipts = await Promise.all([
    send(0, 11_000),
    send(0, 11_000),
    ...Array.from({ length: 10 }, (_, n) => send(n * 1100, n * 1100 + 100 + n * 30)),
    send(5000, 13_000),
  ]);
  const sum = (count: "accepted" | "duplicates") =>
    receipts.reduce((whole, receipt) => whole + receipt[count], 0);
  expect([sum("accepted"), sum("duplicates")]).toEqual([13_000, 19_350]);
  const stored = async (query: string) => (await database.pool.query(query)).rows;
  expect(await stored("SELECT count(*) AS n FROM requests")).toEqual([{ n: 13_000 }]);
  expect(await stored("SELECT sum(requests) AS n FROM sessions")).toEqual([{ n: 13_000 }]);
  expect(await stored("SELECT n FROM session_gains")).toEqual([]);
  for (const table of Object.keys(counted))
    expect((await database.pool.query(miscounted(table))).rows, table).toEqual([]);
});
