import { afterAll, beforeAll, expect, it } from "vitest";
import { onCluster } from "./on-cluster";
import { packClosedDays } from "./pack";
import { ensurePartitions, noteWritten } from "./partitions";
import { type TestDatabase, testDatabase } from "./testing/database";
import { storeRequests } from "./testing/requests";

const day = 86_400_000;
const hour = 3_600_000;
const now = Date.UTC(2026, 10, 21, 12);
const yesterday = now - day;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database.pool, yesterday, now, now);
});
afterAll(() => database.close());

/** Requests of sessions in no order, as they come in. */
async function add(at: number, part: number): Promise<void> {
  await storeRequests(
    database.pool,
    "session, started_at, id, pool, lb, source, tie",
    `SELECT md5('s' || n * ${part})::uuid, $1::timestamptz + interval '1 ms' * n, md5(n || 'x${part}')::uuid, 1, 0, 1, 1
     FROM generate_series(1, 4000) n`,
    [new Date(at)],
  );
  const client = await database.pool.connect();
  await noteWritten(client, [Math.floor(at / day)], at);
  client.release();
}

async function keyBytes(): Promise<number> {
  const { rows } = await database.pool.query<{ bytes: number }>(
    "SELECT pg_relation_size('request_rows_20261120_key') AS bytes",
  );
  return rows[0]?.bytes ?? 0;
}

it("packs the keys of a day that is over, once it is quiet, and again when more of it came", async () => {
  for (let part = 1; part <= 5; part++) await add(yesterday, part);
  await add(now, 1);
  // A cluster's machines keep what Hopwatch cannot reach one by one: there it leaves the keys as they are.
  if (await onCluster(database.pool)) {
    expect(await packClosedDays(database.pool, now)).toEqual([]);
    return;
  }
  const loose = await keyBytes();

  // Not while its facts still come in.
  expect(await packClosedDays(database.pool, yesterday + hour / 2)).toEqual([]);
  const packed = await packClosedDays(database.pool, now);
  expect(packed).toContain("request_rows_20261120");
  expect(packed).toContain("request_correlations_20261120");
  expect(packed).not.toContain("request_rows_20261121");
  expect(await keyBytes()).toBeLessThan(loose * 0.85);
  const { rows } = await database.pool.query("SELECT count(*) AS n FROM requests");
  expect(rows).toEqual([{ n: 24_000 }]);

  expect(await packClosedDays(database.pool, now + hour)).toEqual([]);
  const client = await database.pool.connect();
  await noteWritten(client, [Math.floor(yesterday / day)], now + 2 * hour);
  client.release();
  expect(await packClosedDays(database.pool, now + 2 * hour)).toEqual([]);
  expect(await packClosedDays(database.pool, now + 4 * hour)).toContain("request_rows_20261120");
});
