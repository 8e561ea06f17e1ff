import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { changes } from "@/lib/reports/changes";
import { changesQuery } from "@/lib/schemas/changes";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, testIngestion } from "./ingestion.fixture";

const now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;
let settler: Settler;

beforeAll(async () => {
  database = await testDatabase();
  settler = new Settler({
    pool: database.pool,
    now: () => now,
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  ingestion = testIngestion(database.pool, () => now, {
    onWritten: () => settler.kick(),
  });
  const line = (clock: string, node: string, flags: string) =>
    `10.0.0.1:50000 [21/Nov/2026:${clock}] www shop/${node} 0/0/1/5/6 200 512 JSESSIONID=A1B2 - --${flags} 1/1/1/1/0 0/0 "GET /cart HTTP/1.1"`;
  await ingestion.logs(
    {
      id: 1,
      name: "edge",
      format: "haproxy-http",
      formatString: null,
      lb: null,
      pool: null,
      timezone: "UTC",
      session: null,
      correlation: null,
      affinity: { method: "cookie", cookie: "SRVID" },
      nodes: null,
      demo: false,
    },
    {
      chunks: body(
        [
          line("10:00:00.000", "web-1", "VN"),
          line("10:00:10.000", "web-1", "VN"),
          line("10:00:20.000", "web-2", "DI"),
        ].join("\n"),
      ),
      encoding: null,
    },
  );
});
afterAll(async () => {
  await settler.stop();
  await database.close();
});

const drain = {
  at: "2026-11-21T10:00:15.000Z",
  kind: "node-drain" as const,
  pool: "shop",
  node: "web-1",
  title: "drain web-1",
};

async function causeNow(): Promise<string> {
  settler.kick();
  await settler.drain();
  const { rows } = await database.pool.query<{ cause: string }>("SELECT cause FROM bounces");
  expect(rows).toHaveLength(1);
  return rows[0]?.cause ?? "";
}

async function listed() {
  const asked = changesQuery.parse({ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" });
  return (await changes(database.pool, asked, now)).items;
}

describe("a change that somebody posted", () => {
  it("is corrected under its id and taken back, and the bounces around it are judged anew each time", async () => {
    const before = await causeNow();
    expect(before).not.toBe("drain");
    await ingestion.changes([{ ...drain, node: "web-1" }]);
    expect(await causeNow()).toBe("drain");
    const [posted] = await listed();
    expect(posted).toMatchObject({ title: "drain web-1", posted: true, verdict: null });
    const id = posted?.id ?? "";

    await ingestion.reviseChange(id, { ...drain, node: "web-3", title: "drain web-3" });
    expect(await causeNow()).toBe(before);
    expect(await listed()).toMatchObject([{ id, node: "web-3", title: "drain web-3" }]);

    await ingestion.reviseChange(id, drain);
    expect(await causeNow()).toBe("drain");
    await ingestion.reviseChange(id, null);
    expect(await causeNow()).toBe(before);
    expect(await listed()).toEqual([]);
  });

  it("is not known after it was taken back", async () => {
    for (const id of ["no-id", "00000000-0000-4000-8000-000000000000"])
      await expect(ingestion.reviseChange(id, null)).rejects.toMatchObject({ status: 404 });
  });

  it("can be corrected, what a log told cannot", async () => {
    await ingestion.changes([drain], 1);
    const [told] = await listed();
    expect(told?.posted).toBe(false);
    await expect(ingestion.reviseChange(told?.id ?? "", null)).rejects.toMatchObject({
      status: 409,
    });
  });
});
