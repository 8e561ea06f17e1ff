import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database";
import { writeUuid } from "./row-writer";
import { keyPlace } from "./session-order";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("puts sessions in the order that PostgreSQL has them in by their hashes", async () => {
  const { rows } = await database.pool.query<{ session: string; place: number }>(
    `SELECT session, (uuid_hash(session) >> 16) + 32768 AS place
     FROM (SELECT md5(n::text)::uuid AS session FROM generate_series(1, 1000) n) s`,
  );
  const bytes = Buffer.alloc(16);
  const places = rows.map(({ session }) => {
    writeUuid(bytes, 0, session);
    return keyPlace(bytes, 0);
  });
  expect(places).toEqual(rows.map(({ place }) => place));
});
