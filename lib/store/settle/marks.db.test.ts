import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { withTransaction } from "../database";
import { onCluster } from "../on-cluster";
import { type TestDatabase, testDatabase } from "../testing/database";
import { patience } from "../testing/patience";
import { sessionLock, waitForLocks, writeLock } from "../write/locks";
import { takeUnsettled, unsettleUnreviewed } from "./marks";

const session = "11111111-1111-1111-1111-111111111111";
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function waiters(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM pg_locks
     WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.n ?? 0;
}

/** What was taken, and whether that had to wait for who holds a lock. */
async function takenBeside<T>(lock: number, take: () => Promise<T>): Promise<[T, boolean]> {
  const writer = await database.pool.connect();
  try {
    await writer.query("BEGIN");
    await writer.query(waitForLocks([lock]));
    let isTaken = false;
    const taking = take().finally(() => {
      isTaken = true;
    });
    const hasWaited = await vi.waitUntil(async () => isTaken || (await waiters()) > 0, {
      timeout: patience(10_000),
    });
    const waited = hasWaited && !isTaken;
    await writer.query("COMMIT");
    return [await taking, waited];
  } finally {
    writer.release();
  }
}

it.each([
  ["sessions", sessionLock],
  ["facts", writeLock],
])("marks are taken on a cluster once who writes %s has ended everywhere", async (_, lock) => {
  const waits = await onCluster(database.pool);
  await database.pool.query("INSERT INTO unsettled (session, pool) VALUES ($1, 0)", [session]);
  const take = () => withTransaction(database.pool, (client) => takeUnsettled(client, 10));
  expect(await takenBeside(lock, take)).toEqual([[session], waits]);
  expect(await withTransaction(database.pool, (client) => takeUnsettled(client, 10))).toEqual([]);

  await database.pool.query(
    "INSERT INTO unreviewed (pool, from_at, to_at) VALUES (1, now(), now())",
  );
  const review = () => withTransaction(database.pool, (client) => unsettleUnreviewed(client));
  expect(await takenBeside(lock, review)).toEqual([0, waits]);
});
