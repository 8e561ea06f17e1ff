import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { withTransaction } from "../database";
import { onCluster } from "../on-cluster";
import { ensurePartitions } from "../partitions";
import { type TestDatabase, testDatabase } from "../testing/database";
import { storeRequests } from "../testing/requests";
import type { RowKey } from "./aside";
import { copyToStart, dropStarts, existingRows, moveRows } from "./moves";

const at = Date.UTC(2026, 10, 21, 12);
const one = "11111111-1111-1111-1111-111111111111";
const other = "22222222-2222-2222-2222-222222222222";
/** Two ids for which the key has one place in a session: PostgreSQL's hash of a bigint begins with its halves put together. */
const stands = "00000005-0000-0003-0000-000000000000";
const comes = "00000004-0000-0002-0000-000000000000";
/** One that has a place of its own. */
const third = "00000009-0000-0007-0000-000000000000";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database.pool, at, at, at);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("TRUNCATE request_rows");
  await storeRequests(
    database.pool,
    "session, started_at, id, pool, lb, source, tie, path",
    `SELECT w.session::uuid, $1::timestamptz, w.id::uuid, 1, 0, 1, w.tie, w.path FROM (VALUES
       ('${one}', '${stands}', 1, '/stands'), ('${other}', '${comes}', 0, '/comes'),
       ('${other}', '${third}', 0, '/third')) AS w (session, id, tie, path)`,
    [new Date(at)],
  );
});

const key = (session: string, id: string): RowKey => ({ session, startedAt: at, id });
const move = (id: string) => ({ ...key(other, id), to: one, tie: 2 as const });

async function stored() {
  const { rows } = await database.pool.query(
    "SELECT session, path, tie, starts FROM requests ORDER BY session, path",
  );
  return rows;
}

it("moves a request to a session in which another has its place, and finds it there", async () => {
  await withTransaction(database.pool, (client) =>
    moveRows(client, [move(comes), move(third)], () => []),
  );
  const wanted = [
    { session: one, path: "/comes", tie: 2, starts: false },
    { session: one, path: "/stands", tie: 1, starts: false },
    { session: one, path: "/third", tie: 2, starts: false },
  ];
  expect(await stored()).toEqual(wanted);
  const found = await withTransaction(database.pool, (client) =>
    existingRows(client, [key(one, comes), key(one, stands), key(other, comes)]),
  );
  expect(found).toEqual(new Set([one + comes, one + stands]));
  if (await onCluster(database.pool)) return;
  const { rows } = await database.pool.query(
    "SELECT count(*)::integer AS aside FROM request_rows WHERE marks < 0",
  );
  expect(rows).toEqual([{ aside: 1 }]);
});

it("takes back a place aside when the request moves on to where its own is free", async () => {
  await withTransaction(database.pool, async (client) => {
    await moveRows(client, [move(comes)], () => []);
    await moveRows(client, [{ ...key(one, comes), to: other, tie: 1 }], () => []);
  });
  const { rows } = await database.pool.query("SELECT id FROM request_rows WHERE marks < 0");
  expect(rows).toHaveLength(0);
  expect(await stored()).toContainEqual({
    session: other,
    path: "/comes",
    tie: 1,
    starts: false,
  });
});

it("copies a request to the head of such a session, makes the copy the request, or takes it away", async () => {
  await withTransaction(database.pool, (client) =>
    copyToStart(client, [{ ...key(other, comes), to: one }]),
  );
  expect(await stored()).toContainEqual({ session: one, path: "/comes", tie: 2, starts: true });
  await withTransaction(database.pool, (client) => dropStarts(client, [key(one, comes)]));
  expect(await stored()).toHaveLength(3);

  await withTransaction(database.pool, async (client) => {
    await copyToStart(client, [{ ...key(other, comes), to: one }]);
    await moveRows(client, [move(comes)], () => []);
  });
  expect(await stored()).toEqual([
    { session: one, path: "/comes", tie: 2, starts: false },
    { session: one, path: "/stands", tie: 1, starts: false },
    { session: other, path: "/third", tie: 0, starts: false },
  ]);
});
