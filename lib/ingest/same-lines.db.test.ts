import { afterAll, beforeAll, expect, it } from "vitest";
import { counted, miscounted } from "@/lib/store/testing/counted";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now, {
    // So few lines are written as floods are.
    looksUpTo: 200,
  });
});
afterAll(() => database.close());

it("lines that several senders bring at the same time, many and few, count once in all sums", async () => {
  const source = { ...plainSource, name: "edge" };
  const send = (from: number, to: number) =>
    ingestion.logs(source, { chunks: body(floodLines(from, to)), encoding: null });
  const receipts = await Promise.all([
    send(0, 11_000),
    send(0, 11_000),
    ...Array.from({ length: 10 }, (_, n) => send(n * 1100, n * 1100 + 100 + n * 30)),
    send(5000, 13_000),
  ]);
  const sum = (count: "accepted" | "duplicates") =>
    receipts.reduce((whole, receipt) => whole + receipt[count], 0);
  expect([sum("accepted"), sum("duplicates")]).toEqual([13_000, 19_350]);
  await ingestion.idle();
  const stored = async (query: string) => (await database.pool.query(query)).rows;
  expect(await stored("SELECT count(*) AS n FROM requests")).toEqual([{ n: 13_000 }]);
  expect(await stored("SELECT sum(requests) AS n FROM sessions")).toEqual([{ n: 13_000 }]);
  expect(await stored("SELECT n FROM session_gains")).toEqual([]);
  for (const table of Object.keys(counted))
    expect((await database.pool.query(miscounted(table))).rows, table).toEqual([]);
});
