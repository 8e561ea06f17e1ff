import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { mostAwaited } from "./delivery-stream";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
const many = mostAwaited + 5000;
let database: TestDatabase;
let ingestion: Ingestion;
const troubles: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now, {
    onTrouble: (error) => troubles.push(error instanceof Error ? error.message : ""),
  });
});
afterAll(() => database.close());

const send = (from: number, to: number) =>
  ingestion.logs(
    { ...plainSource, name: "edge" },
    { chunks: body(floodLines(from, to)), encoding: null },
  );

async function ofSessions() {
  const { rows } = await database.pool.query(
    "SELECT sum(requests)::integer AS requests, count(*)::integer AS sessions FROM sessions",
  );
  return rows[0];
}

it("a large delivery is answered once it is on disk, and its sessions follow", async () => {
  expect(await send(0, many)).toMatchObject({ accepted: many });
  expect(ingestion.isStream).toBe(true);
  await ingestion.idle();
  expect(ingestion.isStream).toBe(false);
  expect(await ofSessions()).toEqual({ requests: many, sessions: 97 });
});

it("what sessions gained by it is not lost where adding it fails at first", async () => {
  // A cluster has no triggers.
  if (inject("testServer").isCluster) return;
  await database.pool.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no sessions just now'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()`);
  expect(await send(many, 2 * many)).toMatchObject({ accepted: many });
  await ingestion.idle();
  expect(troubles).toEqual(["no sessions just now"]);
  expect(await ofSessions()).toEqual({ requests: many, sessions: 97 });
  await database.pool.query("DROP TRIGGER refuse ON sessions");
  expect(await send(2 * many, 2 * many + 1)).toMatchObject({ accepted: 1 });
  expect(await ofSessions()).toEqual({ requests: 2 * many + 1, sessions: 97 });
});
