import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now);
});
afterAll(() => database.close());

it("lines that come again count once where a cluster tells of them without saying which error it is", async () => {
  // A coordinator passes on a shard's refusal of a copied row as an error without a code.
  if (!inject("testServer").isCluster)
    await database.pool.query(`
      CREATE FUNCTION refuse_repeats() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM request_rows r
                   WHERE r.session = NEW.session AND r.started_at = NEW.started_at AND r.id = NEW.id)
        THEN RAISE EXCEPTION 'duplicate key value' USING ERRCODE = 'XX000';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_repeats BEFORE INSERT ON request_rows FOR EACH ROW EXECUTE FUNCTION refuse_repeats()`);
  const send = (text: string) =>
    ingestion.logs({ ...plainSource, name: "edge" }, { chunks: body(text), encoding: null });
  expect(await send(floodLines(0, 3000))).toMatchObject({ accepted: 3000, duplicates: 0 });
  expect(await send(floodLines(1000, 4000))).toMatchObject({ accepted: 1000, duplicates: 2000 });
  const { rows } = await database.pool.query("SELECT count(*)::integer AS n FROM requests");
  expect(rows).toEqual([{ n: 4000 }]);
});
