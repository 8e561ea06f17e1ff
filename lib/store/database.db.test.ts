import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { withTransaction } from "./database";
import { migrate } from "./migrate";
import { dropExpired, ensurePartitions, partitionedTables } from "./partitions";
import { createPrisma } from "./prisma";
import { defineQuery, RowShapeError, timestampParam } from "./query";
import { type TestDatabase, testDatabase } from "./testing/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 12);

async function partitionsOf(table: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1",
    [table],
  );
  return rows.map((row) => row.name);
}

describe("queries", () => {
  const echo = defineQuery({
    name: "echo",
    sql: "SELECT $at::timestamptz AS at, $n::bigint AS n, '$at' AS text, $n::int + 1 AS next",
    params: z.object({ at: timestampParam, n: z.number() }),
    row: z.object({ at: z.number(), n: z.number(), text: z.string(), next: z.number() }),
  });

  it("take parameters by name and give times as milliseconds and bigint as numbers", async () => {
    const at = now + 0.125;
    expect(await echo(database.pool, { at, n: 7 })).toEqual([{ at, n: 7, text: "$at", next: 8 }]);
  });

  it("name the query when a row has another shape", async () => {
    const wrong = defineQuery({
      name: "wrong",
      sql: "SELECT 1 AS a",
      params: z.object({}),
      row: z.object({ a: z.string() }),
    });
    await expect(wrong(database.pool, {})).rejects.toThrow(RowShapeError);
    await expect(wrong(database.pool, {})).rejects.toThrow(/wrong/);
  });

  it("are refused at once when a parameter is missing on either side", () => {
    const make = () =>
      defineQuery({
        name: "q",
        sql: "SELECT $b",
        params: z.object({ a: z.number() }),
        row: z.any(),
      });
    expect(make).toThrow(/b, a/);
  });
});

describe("transactions", () => {
  it("leave nothing behind when they fail", async () => {
    const failing = withTransaction(database.pool, async (client) => {
      await client.query("INSERT INTO pools (name) VALUES ('gone')");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    const { rowCount } = await database.pool.query("SELECT FROM pools WHERE name = 'gone'");
    expect(rowCount).toBe(0);
  });
});

describe("a connection", () => {
  it("that breaks while it is lent out is told to who has it, and ends nothing else", async () => {
    const client = await database.pool.connect();
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const gone = new Promise((resolve) => client.once("end", resolve));
    await database.pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await gone;
    await expect(client.query("SELECT 1")).rejects.toThrow();
    client.release(true);
  });
});

describe("migrations", () => {
  it("find nothing to do the second time, also when two start at once", async () => {
    expect(await Promise.all([migrate(database.url), migrate(database.url)])).toEqual([[], []]);
  });

  it("serve Prisma over the same pool", async () => {
    const prisma = createPrisma(database.pool);
    await prisma.setting.create({ data: { key: "a", value: { b: 1 } } });
    expect(await prisma.setting.findUnique({ where: { key: "a" } })).toEqual({
      key: "a",
      value: { b: 1 },
    });
    const key = await prisma.ingestKey.create({ data: { name: "n", hash: "h", hint: "x" } });
    expect(key.createdAt).toBeInstanceOf(Date);
  });
});

describe("partitions", () => {
  it("are made by day for new facts, once, also when asked for at the same time", async () => {
    await Promise.all(
      [0, 1, 2, 3].map(() => ensurePartitions(database.pool, now - day, now + day, now)),
    );
    for (const table of partitionedTables)
      expect(await partitionsOf(table)).toEqual([
        `${table}_20261120`,
        `${table}_20261121`,
        `${table}_20261122`,
      ]);
  });

  it("are made by month for facts of long ago", async () => {
    await ensurePartitions(database.pool, Date.UTC(2024, 0, 31, 23), Date.UTC(2024, 1, 1, 1), now);
    expect(await partitionsOf("request_rows")).toEqual([
      "request_rows_202401",
      "request_rows_202402",
      "request_rows_20261120",
      "request_rows_20261121",
      "request_rows_20261122",
    ]);
  });

  it("take facts in, and do not wait for an open transaction that reads and writes the table", async () => {
    await withTransaction(database.pool, async (client) => {
      await client.query(
        `INSERT INTO request_correlations VALUES (gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid())`,
        [new Date(now)],
      );
      await ensurePartitions(database.pool, now + 2 * day, now + 2 * day, now);
    });
    expect(await partitionsOf("request_rows")).toContain("request_rows_20261123");
  });

  it("are dropped after the retention, and made again when old facts come once more", async () => {
    const retention = { factDays: 30, resultDays: 400 };
    const dropped = await dropExpired(database.pool, retention, now);
    expect(dropped.partitions).toContain("request_rows_202401");
    expect(await partitionsOf("request_rows")).not.toContain("request_rows_202402");
    await ensurePartitions(database.pool, Date.UTC(2024, 0, 31), Date.UTC(2024, 0, 31), now);
    expect(await partitionsOf("request_rows")).toContain("request_rows_202401");
  });
});
