import { afterAll, beforeAll, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { playShop } from "@/lib/demo/shop";
import { shopPool, shopSources } from "@/lib/demo/sources";
import type { Ingestion } from "@/lib/ingest/ingestion";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import { rulesOf } from "@/lib/ingest/source-rules";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { hasDemo, removeDemo } from "./demo";

const now = Date.UTC(2026, 10, 21, 9, 30);
const minute = 60_000;
let database: TestDatabase;
let ingestion: Ingestion;
let settler: Settler;

beforeAll(async () => {
  database = await testDatabase();
  const clock = () => now + 10 * minute;
  settler = new Settler({
    pool: database.pool,
    now: clock,
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  ingestion = testIngestion(database.pool, clock, {
    onWritten: (written) => settler.kick(written.named),
  });
});
afterAll(async () => {
  await settler.stop();
  await database.close();
});

async function send(name: string, demo: boolean, rules: object, lines: string[]): Promise<void> {
  const { rows } = await database.pool.query<{ id: number }>(
    "INSERT INTO sources (name, demo, updated_at) VALUES ($1, $2, now()) RETURNING id",
    [name, demo],
  );
  const bare = { pool: null, lb: null, timezone: null, formatString: null };
  const none = { session: null, correlation: null, affinity: null, nodes: null };
  const source = { ...bare, ...none, format: "auto", ...rules, id: rows[0]?.id ?? 0, name, demo };
  await ingestion.logs(rulesOf(source), { chunks: body(lines.join("\n")), encoding: null });
}

/** Rows by table, names and their numbers aside. */
async function contents(): Promise<Record<string, number>> {
  const tables =
    "requests session_events request_correlations event_correlations changes rejects sessions bounces losses node_minutes latency_spans store_minutes source_minutes sources";
  const counts: Record<string, number> = {};
  for (const table of tables.split(" ")) {
    const { rows } = await database.pool.query(`SELECT count(*)::integer AS n FROM ${table}`);
    counts[table] = rows[0].n;
  }
  return counts;
}

it("takes the demo away whole, and nothing of anybody else's", async () => {
  const own = ["app1", "app2"].map(
    (node, second) =>
      `10.0.0.1:50000 [21/Nov/2026:09:00:0${second}.123] www shop/${node} 0/0/1/5/6 200 512 sid=0123456789abcdef - --NI 1/1/1/1/0 0/0 "GET / HTTP/1.1"`,
  );
  await send("edge", false, {}, own);
  await ingestion.changes([{ at: "2026-11-21T09:00:00Z", kind: "deploy", title: "Our own" }]);
  await settler.drain();
  const before = await contents();
  expect(before).toMatchObject({ requests: 2, bounces: 1, changes: 1 });

  const lines = new Map<string, string[]>();
  const events: string[] = [];
  const changes: object[] = [];
  const range = { from: now - 35 * minute, until: now };
  for (const item of playShop({ seed: 3, now, ...range, visitorsPerMinute: 5 })) {
    if (item.kind === "line")
      lines.set(item.source, [...(lines.get(item.source) ?? []), item.text]);
    else if (item.kind === "event") events.push(JSON.stringify(item.event));
    else changes.push(item.change);
  }
  for (const [name, rules] of Object.entries(shopSources))
    await send(name, true, rules, [...(lines.get(name) ?? []), `${name} wrote rubbish`]);
  await ingestion.events({ chunks: body(events.join("\n")), encoding: null }, true);
  await ingestion.changes(changes);
  await settler.drain();
  const during = await contents();
  for (const [table, count] of Object.entries(before))
    expect(during[table], table).toBeGreaterThan(count);
  expect(await hasDemo(database.pool)).toBe(true);

  await removeDemo(database.pool, [shopPool], []);
  expect(await contents()).toEqual(before);
  expect(await hasDemo(database.pool)).toBe(false);
});
