import { afterAll, beforeAll, expect, it } from "vitest";
import { withTransaction } from "../database";
import { type TestDatabase, testDatabase } from "../testing/database";
import { proofs, Texts } from "../write/texts";
import { type BounceRecord, bouncesOf, insertBounces } from "./verdict-rows";

const at = Date.UTC(2026, 10, 21, 12);
const uuid = (n: number) => `${String(n).padStart(8, "0")}-0000-0000-0000-000000000000`;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

function bounce(n: number, value: string): BounceRecord {
  return {
    session: uuid(n),
    at: at + n,
    id: uuid(n),
    pool: 1,
    lb: 1,
    previous: uuid(n + 1),
    previousAt: at,
    fromNode: 1,
    toNode: 2,
    isReturn: false,
    cause: "cookie-not-sent",
    class: "client",
    confidence: 0.5,
    evidence: [{ field: "termination", value, meaning: `what "${value}" means` }],
    correlation: null,
  };
}

it("stores evidence that comes again and again once, and gives all of it back", async () => {
  const texts = new Texts(proofs);
  const rare = [bounce(90, "rare"), bounce(91, "x".repeat(2000))];
  const all = [...Array.from({ length: 20 }, (_, n) => bounce(n, "--NI")), ...rare];
  for (const one of all) {
    await withTransaction(database.pool, (client) => insertBounces(client, [one], texts));
    await texts.learn(database.pool);
  }
  const found = await withTransaction(database.pool, (client) =>
    bouncesOf(
      client,
      all.map((row) => row.session),
    ),
  );
  expect(found.sort((a, b) => a.at - b.at)).toEqual(all);
  const { rows } = await database.pool.query(
    "SELECT count(evidence)::integer AS own, count(DISTINCT proof)::integer AS proofs FROM bounces",
  );
  expect(rows).toEqual([{ own: 6, proofs: 1 }]);
});
