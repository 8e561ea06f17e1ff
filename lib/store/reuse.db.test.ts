import { afterAll, beforeAll, expect, it } from "vitest";
import { withTransaction } from "./database";
import { onCluster } from "./on-cluster";
import { ensurePartitions } from "./partitions";
import { knowNewRows, reuseSpace } from "./reuse";
import { type TestDatabase, testDatabase } from "./testing/database";
import { storeRequests } from "./testing/requests";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("ALTER TABLE sessions SET (autovacuum_enabled = off)");
});
afterAll(() => database.close());

async function change(to: number): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query(
      `INSERT INTO sessions (session, pool, first_seen, last_seen, requests)
       SELECT md5(n::text)::uuid, 1, '2026-11-21 12:00Z', '2026-11-21 12:00Z', 1 FROM generate_series(1, 10000) n
       ON CONFLICT (session, pool) DO UPDATE SET requests = ${to}`,
    );
    // What is counted of changes is told to others by then.
    await client.query("SELECT pg_stat_force_next_flush()");
    await client.query("SELECT 1");
  } finally {
    client.release();
  }
}

async function bytes(): Promise<number> {
  const { rows } = await database.pool.query<{ bytes: number }>(
    "SELECT pg_relation_size('sessions') AS bytes",
  );
  return rows[0]?.bytes ?? 0;
}

it("lets sessions that change again and again have the room that they had before", async () => {
  if (await onCluster(database.pool)) return;
  await change(1);
  expect(await reuseSpace(database.pool)).toEqual([]);
  for (const to of [2, 3]) {
    await change(to);
    expect(await reuseSpace(database.pool)).toEqual(["sessions"]);
  }
  const grown = await bytes();
  for (const to of [4, 5, 6, 7]) {
    await change(to);
    await reuseSpace(database.pool);
  }
  expect(await bytes()).toBeLessThan(grown * 1.1);
});

async function append(count: number): Promise<void> {
  const at = Date.UTC(2026, 10, 21, 12);
  await ensurePartitions(database.pool, at, at, at);
  await storeRequests(
    database.pool,
    "session, started_at, id, pool, lb, node, source, status, tie",
    `SELECT md5(n::text)::uuid, timestamptz '2026-11-21 12:00Z', gen_random_uuid(), 1, 1, 1, 1, 200::smallint, 1::smallint
     FROM generate_series(1, ${count}) n`,
  );
  await database.pool.query("SELECT pg_stat_force_next_flush()");
}

it("lets the indexes on time know rows that were appended, once", async () => {
  if (await onCluster(database.pool)) return;
  await append(100);
  expect(await knowNewRows(database.pool)).toBe(0);
  await append(60_000);
  await expect.poll(() => knowNewRows(database.pool)).toBeGreaterThan(0);
  expect(await knowNewRows(database.pool)).toBe(0);
});

it("leaves a table alone that is being vacuumed, and learns its new rows afterwards", async () => {
  if (await onCluster(database.pool)) return;
  await append(60_000);
  await withTransaction(database.pool, async (vacuum) => {
    // What autovacuum holds, whose end nobody is to wait for: it is ended for whoever does.
    await vacuum.query("LOCK TABLE request_rows IN SHARE UPDATE EXCLUSIVE MODE");
    expect(await knowNewRows(database.pool)).toBe(0);
  });
  await expect.poll(() => knowNewRows(database.pool)).toBeGreaterThan(0);
});
