import { afterAll, beforeAll, expect, it } from "vitest";
import { distribute } from "./distribute";
import { placements } from "./distribution";
import { machinesOf } from "./testing/cluster-database";
import { type TestDatabase, testDatabase } from "./testing/database";

let database: TestDatabase;
let isCluster: boolean;
beforeAll(async () => {
  database = await testDatabase();
  isCluster = (await machinesOf(database.url)).length > 0;
});
afterAll(() => database.close());

it("says what to install where the server has no Citus, and changes nothing on a cluster that is laid out already", async () => {
  if (!isCluster) {
    await expect(distribute(database.url)).rejects.toThrow(
      /Install Citus .* on the coordinator and on every worker/,
    );
    return;
  }
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT logicalrelid::text AS name FROM pg_dist_partition",
  );
  expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(Object.keys(placements)));
  const again = await distribute(database.url);
  expect(again.filter((step) => /^(spread|copy|add|drop)/.test(step))).toEqual([]);
});

it("knows a place for every table that holds rows by session, and for no table that is not there", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'session'
         AND a.atttypid = 'uuid'::regtype
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace`,
  );
  // Marks to work through, and what people keep, stay on the coordinator.
  const local = ["unsettled", "snapshots", "annotations"];
  const bySession = rows.map((row) => row.name).filter((name) => !local.includes(name));
  expect(Object.keys(placements)).toEqual(expect.arrayContaining(bySession));
  const there = await database.pool.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
  );
  expect(there.rows.map((row) => row.name)).toEqual(
    expect.arrayContaining(Object.keys(placements)),
  );
});
