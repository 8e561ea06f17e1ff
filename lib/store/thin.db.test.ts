import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropExpired, ensurePartitions, noteWritten } from "./partitions";
import { type TestDatabase, testDatabase } from "./testing/database";
import { storeRequests } from "./testing/requests";
import { thinHealthy } from "./thin";

const columns = "session, started_at, id, pool, lb, source, tie, path";
const now = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await ensurePartitions(db, now - 12 * day, now, now);
  await db.query("INSERT INTO pools (id, name) VALUES (1, 'shop')");
  for (const [kind, age, verdicts] of [
    ["healthy", 10, "0, 0"],
    ["bounced", 10, "2, 0"],
    ["lost", 10, "0, 1"],
    ["kept", 10, "0, 0"],
    ["fresh", 2, "0, 0"],
  ] as const) {
    const session = `md5('${kind}')::uuid`;
    const at = `timestamptz '${new Date(now - age * day).toISOString()}'`;
    await db.query(`
      INSERT INTO sessions (session, pool, first_seen, last_seen, requests, bounces, losses)
      VALUES (${session}, 1, ${at}, ${at} + interval '3 s', 4, ${verdicts});
      INSERT INTO session_events (session, at, id, type) VALUES (${session}, ${at}, gen_random_uuid(), 'session.created')`);
    await storeRequests(
      db,
      columns,
      `SELECT ${session}, ${at} + interval '1 s' * n, gen_random_uuid(), 1, 0, 1, 1, '${kind}' FROM generate_series(0, 3) n`,
    );
  }
  // Healthy on that day, and still there.
  await db.query(
    `
    INSERT INTO sessions (session, pool, first_seen, last_seen, requests)
    VALUES (md5('long')::uuid, 1, $1, $2, 1)`,
    [new Date(now - 10 * day), new Date(now - day)],
  );
  await storeRequests(
    db,
    columns,
    "VALUES (md5('long')::uuid, $1::timestamptz, gen_random_uuid(), 1, 0, 1, 1, 'long')",
    [new Date(now - 10 * day)],
  );
  await db.query(
    "INSERT INTO snapshots (id, session, content) VALUES ('s', md5('kept')::uuid, '{}')",
  );
  // An old log that was taken in yesterday.
  await storeRequests(
    db,
    columns,
    "VALUES (md5('late')::uuid, $1::timestamptz, gen_random_uuid(), 1, 0, 1, 1, 'late')",
    [new Date(now - 11 * day)],
  );
  const { pool } = database;
  const client = await pool.connect();
  const dayOf = (age: number) => Math.floor((now - age * day) / day);
  await noteWritten(client, [dayOf(10)], now - 10 * day);
  await noteWritten(client, [dayOf(2)], now - 2 * day);
  await noteWritten(client, [dayOf(11)], now - day);
  client.release();
});
afterAll(() => database.close());

async function counts(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ path: string; n: number }>(
    "SELECT path, count(*) AS n FROM requests GROUP BY 1 ORDER BY 1",
  );
  return Object.fromEntries(rows.map(({ path, n }) => [path, n]));
}

describe("facts of sessions to which nothing happened", () => {
  it("go sooner; timelines of those that bounced, were lost, are kept or go on stay whole", async () => {
    const thinned = await thinHealthy(database.pool, 7, now, []);
    expect(thinned.facts).toBe(5);
    expect(thinned.partitions).toEqual(["request_rows_20261111", "session_events_20261111"]);
    expect(await counts()).toEqual({ bounced: 4, fresh: 4, kept: 4, late: 1, long: 1, lost: 4 });
  });

  it("are looked for once, and again when more of that day was written", async () => {
    expect((await thinHealthy(database.pool, 7, now, [])).facts).toBe(0);
    const old = new Date(now - 10 * day + 60_000);
    await storeRequests(
      database.pool,
      columns,
      "VALUES (gen_random_uuid(), $1::timestamptz, gen_random_uuid(), 1, 0, 1, 0, '/')",
      [old],
    );
    expect((await thinHealthy(database.pool, 7, now, [])).facts).toBe(0);
    const client = await database.pool.connect();
    await noteWritten(client, [Math.floor(old.getTime() / day)], now);
    client.release();
    expect((await thinHealthy(database.pool, 7, now, [])).facts).toBe(0);
    expect((await thinHealthy(database.pool, 7, now + 8 * day, [])).facts).toBeGreaterThan(0);
  });

  it("leave the rest to the retention of all", async () => {
    await dropExpired(database.pool, { factDays: 30, resultDays: 400 }, now + 60 * day);
    expect(await counts()).toEqual({});
    const { rows } = await database.pool.query("SELECT count(*) AS n FROM sessions");
    expect(rows).toEqual([{ n: 6 }]);
  });
});
