import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

let now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;
let begun = 0;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now, {
    onStream: () => {
      begun += 1;
    },
  });
});
afterAll(() => database.close());

const send = (from: number, to: number) =>
  ingestion.logs(
    { ...plainSource, name: "edge" },
    { chunks: body(floodLines(from, to)), encoding: null },
  );

async function count(query: string): Promise<number> {
  const { rows } = await database.pool.query(query);
  return Number(rows[0].n);
}

const ofSessions = () => count("SELECT sum(requests) AS n FROM sessions");
const waiting = () => count("SELECT count(*) AS n FROM session_gains");

it("deliveries that follow one another fast are answered once they are on disk, and their sessions follow", async () => {
  expect(await send(0, 12_000)).toMatchObject({ accepted: 12_000 });
  expect(ingestion.isStream).toBe(false);
  expect(await ofSessions()).toBe(12_000);

  expect(await send(12_000, 15_000)).toMatchObject({ accepted: 3000 });
  expect(await send(12_000, 18_000)).toMatchObject({ accepted: 3000, duplicates: 3000 });
  expect([ingestion.isStream, begun]).toEqual([true, 1]);
  expect(await waiting()).toBeGreaterThan(0);
  expect(await count("SELECT count(*) AS n FROM requests")).toBe(18_000);
  // A lone line among them does not wait for a turn.
  const lone = floodLines(0, 1).replace("S0", "ALONE");
  await ingestion.logs({ ...plainSource, name: "other" }, { chunks: body(lone), encoding: null });
  expect(await count("SELECT count(*) AS n FROM sessions WHERE requests = 1")).toBe(1);

  now += 3000;
  await ingestion.rest();
  expect([ingestion.isStream, begun]).toEqual([false, 1]);
  expect([await ofSessions(), await waiting()]).toEqual([18_001, 0]);

  expect(await send(18_000, 24_000)).toMatchObject({ accepted: 6000 });
  expect([await ofSessions(), await waiting()]).toEqual([24_001, 0]);
});

it("deliveries with pauses between them are no stream, however large they are", async () => {
  for (const at of [24_000, 36_000, 48_000]) {
    now += 200;
    await send(at, at + 12_000);
    expect(ingestion.isStream).toBe(false);
    expect([await ofSessions(), await waiting()]).toEqual([at + 12_001, 0]);
  }
});

it("what is taken in is in the sessions' rows when ingestion comes to an end amid a stream", async () => {
  for (const at of [60_000, 72_000, 84_000]) await send(at, at + 12_000);
  expect(ingestion.isStream).toBe(true);
  await ingestion.idle();
  expect([await ofSessions(), await waiting()]).toEqual([96_001, 0]);
});
