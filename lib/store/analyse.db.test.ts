import { afterAll, beforeAll, expect, it } from "vitest";
import { analyseFresh } from "./analyse";
import { type TestDatabase, testDatabase } from "./testing/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** How many rows the planner takes a table for; -1 where nobody looked. */
async function taken(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    "SELECT reltuples::float8 AS n FROM pg_class WHERE oid = 'sources'::regclass",
  );
  return rows[0]?.n ?? -1;
}

it("has tables looked at of which most just came, and leaves the others alone", async () => {
  const client = await database.pool.connect();
  try {
    await client.query(
      "INSERT INTO sources (name, updated_at) SELECT 'source ' || n, now() FROM generate_series(1, 20000) n",
    );
    // What is counted of changes is told to others by then.
    await client.query("SELECT pg_stat_force_next_flush()");
    await client.query("SELECT 1");
  } finally {
    client.release();
  }
  expect(await analyseFresh(database.pool)).toEqual(["sources"]);
  expect(await taken()).toBe(20_000);
  expect(await analyseFresh(database.pool)).toEqual([]);
});
