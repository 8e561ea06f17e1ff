import { afterAll, beforeAll, expect, it } from "vitest";
import { ensurePartitions } from "@/lib/store/partitions";
import { sessionRequests } from "@/lib/store/read/session-requests";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { storeRequests } from "@/lib/store/testing/requests";
import { firstRequests } from "./first-requests";

const noon = Date.UTC(2026, 10, 21, 12);
const session = "0123abcd-0000-4000-8000-000000000000";
const life = { from: noon, to: noon + 7_200_000 };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database.pool, noon, noon, noon);
  // Two bursts, several at one moment, and nothing for an hour and a half between.
  await storeRequests(
    database.pool,
    "session, started_at, id, pool, lb, source, tie",
    `SELECT $1::uuid, timestamptz '2026-11-21 12:00Z' + interval '0.4 ms' * (n / 3)
         + CASE WHEN n > 400 THEN interval '2 hours' - interval '1 s' ELSE interval '0' END,
       md5('r' || n)::uuid, 0, 0, 1, 1 FROM generate_series(0, 800) n`,
    [session],
  );
});
afterAll(() => database.close());

it.each([1, 20, 150])(
  "tells the first %i requests of a very long session as one question would",
  async (limit) => {
    const { pool } = database;
    const told = { requests: 801, life };
    for (const from of [life.from, life.from + 30, life.to - 2000]) {
      const span = { from, to: life.to };
      const wanted = await sessionRequests(pool, { session, ...span, limit });
      expect(wanted).toHaveLength(limit);
      expect(await firstRequests(pool, session, span, limit, told)).toEqual(wanted);
    }
    const before = { from: life.from - 5000, to: life.from - 1 };
    expect(await firstRequests(pool, session, before, limit, told)).toEqual([]);
  },
);
