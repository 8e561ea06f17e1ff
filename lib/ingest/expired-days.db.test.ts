import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "@/lib/store/database";
import { dropExpired } from "@/lib/store/partitions";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

const day = 86_400_000;
const retention = { factDays: 30, resultDays: 30 };
const fewLines = 3;
const manyLines = 3000;
let now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;
/** The connections of whoever keeps house: another thread or process than the one that takes lines in. */
let house: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  house = createPool(database.url, { max: 2, name: "house" });
  ingestion = testIngestion(database.pool, () => now);
});
afterAll(async () => {
  await house.end();
  await database.close();
});

const send = (lines: string) =>
  ingestion.logs({ ...plainSource, name: "edge" }, { chunks: body(lines), encoding: null });

describe.each([fewLines, manyLines])("%i lines of a day that is past its retention", (count) => {
  /** `count` lines of a year, the n-th such. */
  const archived = (year: number, n: number) =>
    floodLines(count * (n + 10), count * (n + 11)).replaceAll("Nov/2026", `Feb/${year}`);

  it("are taken in while house is kept all the time", async () => {
    let isOver = false;
    const keeping = (async () => {
      while (!isOver) await dropExpired(house, retention, now);
    })();
    try {
      for (const year of [2001, 2002, 2003, 2004, 2005])
        expect(await send(archived(year, 0))).toMatchObject({ accepted: count });
    } finally {
      isOver = true;
      await keeping;
    }
  });

  it("are taken in where that day was there and has been dropped", async () => {
    expect(await send(archived(1999, 0))).toMatchObject({ accepted: count });
    now += 31 * day;
    expect((await dropExpired(house, retention, now)).partitions).toContain("request_rows_199902");
    expect(await send(archived(1999, 1))).toMatchObject({ accepted: count, duplicates: 0 });
  });
});
