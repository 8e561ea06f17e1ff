import { afterAll, beforeAll, expect, it } from "vitest";
import { onCluster } from "./on-cluster";
import { type TestDatabase, testDatabase } from "./testing/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("leaves a session's indexes alone when it gains requests within a quarter of an hour", async () => {
  if (await onCluster(database.pool)) return;
  const client = await database.pool.connect();
  try {
    await client.query(
      `INSERT INTO sessions (session, pool, first_seen, last_seen, requests)
       VALUES (md5('a')::uuid, 1, '2026-11-21 12:00Z', '2026-11-21 12:00Z', 1)`,
    );
    for (let minute = 1; minute < 15; minute++)
      await client.query("UPDATE sessions SET last_seen = $1, requests = requests + 3", [
        new Date(Date.UTC(2026, 10, 21, 12, minute)),
      ]);
    await client.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await client.query(
      `SELECT n_tup_upd AS changes, n_tup_hot_upd AS within FROM pg_stat_user_tables WHERE relname = 'sessions'`,
    );
    // The second request makes one of several out of it.
    expect(rows).toEqual([{ changes: 14, within: 13 }]);
  } finally {
    client.release();
  }
});
