import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Ingestion } from "./ingestion";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = new Ingestion({
    pool: database.pool,
    secret: Buffer.from("a secret for tests only, 32 bytes"),
    now: () => now,
    maxBody: 1e9,
    onWritten: () => undefined,
  });
});
afterAll(() => database.close());

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, n) => {
    const at = `21/Nov/2026:10:00:${String((from + n) % 60).padStart(2, "0")}.123`;
    return `10.0.0.1:50000 [${at}] www shop/app1 0/0/1/5/6 200 512 JSESSIONID=S${(from + n) % 97} - --VN 1/1/1/1/0 0/0 "GET /${from + n} HTTP/1.1"`;
  }).join("\n");
}

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
  expect(await send(lines(0, 3000))).toMatchObject({ accepted: 3000, duplicates: 0 });
  expect(await send(lines(1000, 4000))).toMatchObject({ accepted: 1000, duplicates: 2000 });
  const { rows } = await database.pool.query("SELECT count(*)::integer AS n FROM requests");
  expect(rows).toEqual([{ n: 4000 }]);
});
