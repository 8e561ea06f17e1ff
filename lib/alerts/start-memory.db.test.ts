import { afterAll, beforeAll, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import { plainSource } from "@/lib/ingest/source-rules.fixture";
import { Names } from "@/lib/reports/names";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { StartMemory } from "./start-memory";

const from = Date.UTC(2026, 10, 21, 10);
const to = from + 600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const line = (session: string, node: string, second: number) =>
  `198.51.100.${second}:40000 [21/Nov/2026:10:00:${second}.250] www~ shop/${node} 0/0/1/5/6 200 512 JSESSIONID=${session} - --VN 2/2/1/1/0 0/0 "GET /cart HTTP/1.1"`;

it("knows where sessions began, of those that stayed on one node and of those that moved", async () => {
  const { pool } = database;
  const settler = new Settler({
    pool,
    now: () => to,
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const ingestion = testIngestion(pool, () => to);
  const lines = [
    line("stayed", "web-1", 11),
    line("stayed", "web-1", 12),
    line("also", "web-2", 13),
    line("moved", "web-2", 14),
    line("moved", "web-1", 15),
  ];
  await ingestion.logs(
    { ...plainSource, pool: "shop" },
    { chunks: body(lines.join("\n")), encoding: null },
  );
  await settler.drain();
  await settler.stop();
  const names = await Names.read(pool);
  const [shop] = names.poolIds("shop");
  const ranges = [{ pool: shop ?? 0, from, clock: to, dirty: null }];
  const found = await new StartMemory().read(pool, names, ranges, to, new Map());
  const begun = new Map<string, number>();
  for (const { node, sessions } of found.get(shop ?? 0) ?? [])
    begun.set(node, (begun.get(node) ?? 0) + sessions);
  expect(Object.fromEntries(begun)).toEqual({ "web-1": 1, "web-2": 2 });
});
