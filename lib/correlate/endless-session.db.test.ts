import { afterAll, beforeAll, expect, it } from "vitest";
import { mostJudged } from "@/lib/domain/history";
import { ensurePartitions } from "@/lib/store/partitions";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { shortId, storeRequests } from "@/lib/store/testing/requests";
import { ContextMemory, settleRound } from "./settle";

const at = Date.UTC(2026, 10, 21, 8);
const secondMs = 1000;
const probe = "11111111-1111-1111-1111-111111111111";
const visitor = "22222222-2222-2222-2222-222222222222";
const nobody = "33333333-3333-3333-3333-333333333333";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database.pool, at, at + 86_400_000, at);
  await database.pool.query("INSERT INTO pools (id, name) VALUES (1, 'shop')");
  await database.pool.query("INSERT INTO lbs (id, name) VALUES (1, 'edge')");
  await database.pool.query(
    "INSERT INTO nodes (id, pool, name) VALUES (1, 1, 'web-1'), (2, 1, 'web-2')",
  );
});
afterAll(() => database.close());

/** Requests of a session, one a second; it changes its node with each so many of them. */
async function requests(session: string, count: number, perNode: number): Promise<void> {
  await storeRequests(
    database.pool,
    "session, started_at, id, pool, lb, node, source, tie, path",
    `SELECT '${session}'::uuid, $1::timestamptz + interval '1 second' * n, ${shortId(`md5('${session}' || n)`)}, 1, 1,
       1 + n / ${perNode} % 2, 1, 1, '/probe'
     FROM generate_series(0, ${count - 1}) n`,
    [new Date(at)],
  );
  await database.pool.query(
    `INSERT INTO sessions (session, pool, first_seen, last_seen, requests, nodes, lb)
     VALUES ($1, 1, $2, $3, $4, '{1,2}', 1)`,
    [session, new Date(at), new Date(at + (count - 1) * secondMs), count],
  );
  await database.pool.query("INSERT INTO unsettled (session, pool) VALUES ($1, 1)", [session]);
}

async function bouncesOf(session: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ at: number }>(
    "SELECT at FROM bounces WHERE session = $1 ORDER BY at",
    [session],
  );
  return rows.map((row) => (row.at - at) / secondMs);
}

it("judges the first requests of a session that never ends, and those around it in rounds that memory holds", async () => {
  await requests(probe, mostJudged + 500, 400);
  await requests(nobody, mostJudged, mostJudged);
  for (const n of [4, 5])
    await requests(probe.replaceAll("1", String(n)), mostJudged, mostJudged / 2);
  await requests(visitor, 20, 10);
  const contexts = new ContextMemory(() => at, 0);
  let rounds = 0;
  while ((await settleRound(database.pool, contexts)) !== null) rounds += 1;
  expect(rounds).toBeGreaterThan(1);
  expect(await bouncesOf(visitor)).toEqual([10]);
  expect(await bouncesOf(probe.replaceAll("1", "5"))).toEqual([mostJudged / 2]);
  const bounced = await bouncesOf(probe);
  expect(bounced).toHaveLength(mostJudged / 400 - 1);
  expect(bounced.at(-1)).toBeLessThan(mostJudged);
  const { rows } = await database.pool.query(
    "SELECT requests, bounces FROM sessions WHERE session = $1",
    [probe],
  );
  expect(rows).toEqual([{ requests: mostJudged + 500, bounces: bounced.length }]);
  const left = await database.pool.query("SELECT FROM unsettled");
  expect(left.rows).toHaveLength(0);
});
