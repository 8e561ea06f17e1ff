import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { rowsOf } from "./citus-layout";
import { placements } from "./distribution";
import { gather, keepHere } from "./gather";
import { ensurePartitions } from "./partitions";
import { type TestDatabase, testDatabase } from "./testing/database";
import { storeRequests } from "./testing/requests";
import { Dictionary } from "./write/dictionary";

const names = Object.keys(placements).filter((table) => placements[table]?.kind === "reference");
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("brings every table back to the coordinator, names included, and goes on numbering where it was", async () => {
  const { pool, url } = database;
  const before = new Dictionary(pool);
  await before.learnPools(["shop", "api"]);
  await before.learnNodes([
    [before.pool("shop"), "app1"],
    [before.pool("shop"), "app2"],
  ]);
  const at = Date.UTC(2026, 10, 21, 10);
  await ensurePartitions(pool, at, at, at);
  await storeRequests(
    pool,
    "session, started_at, id, pool, lb, source, tie",
    "SELECT md5('s')::uuid, $1::timestamptz, md5('r')::uuid, 1, 0, 1, 1",
    [new Date(at)],
  );
  const catalog = () =>
    rowsOf(
      pool,
      `SELECT c.relname AS table, i.relname AS index, pg_get_serial_sequence(c.relname, 'id') AS numbers
       FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
       WHERE c.relname = ANY ($1) ORDER BY 1, 2`,
      [names],
    );
  const found = await catalog();

  if (inject("testServer").isCluster) {
    await gather(url, () => undefined);
    expect(await rowsOf(pool, "SELECT logicalrelid FROM pg_dist_partition")).toEqual([]);
  } else {
    const client = await pool.connect();
    await keepHere(client, names).finally(() => client.release());
  }

  expect(await catalog()).toEqual(found);
  const after = new Dictionary(pool);
  await after.learnPools(["api", "shop", "web"]);
  expect(after.pool("shop")).toBe(before.pool("shop"));
  expect(after.pool("api")).toBe(before.pool("api"));
  expect(after.pool("web")).toBeGreaterThan(Math.max(after.pool("shop"), after.pool("api")));
  await after.learnNodes([[after.pool("shop"), "app2"]]);
  expect(after.node(after.pool("shop"), "app2")).toBe(before.node(before.pool("shop"), "app2"));
  expect(await rowsOf(pool, "SELECT pool, lb, source FROM requests")).toEqual([
    { pool: 1, lb: 0, source: 1 },
  ]);
});
