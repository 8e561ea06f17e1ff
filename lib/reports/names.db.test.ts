import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Names } from "./names";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("knows each name as soon as it is written, and each that is told to be another's", async () => {
  const { pool } = database;
  const told = async (sql: string) => {
    await pool.query(sql);
    return await Names.read(pool);
  };
  const first = await told("INSERT INTO pools (id, name) VALUES (1, 'shop')");
  expect(first.pool(1)).toBe("shop");
  expect((await told("INSERT INTO pools (id, name) VALUES (2, 'pay')")).pool(2)).toBe("pay");
  expect((await told("INSERT INTO lbs (id, name) VALUES (1, 'edge')")).lb(1)).toBe("edge");
  const three = "(1, 1, 'web-1'), (2, 1, '10.0.1.1:8080'), (3, 1, 'web-2')";
  const nodes = await told(`INSERT INTO nodes (id, pool, name) VALUES ${three}`);
  expect(nodes.nodeName(2)).toBe("10.0.1.1:8080");
  const joined = "UPDATE nodes SET canonical = 1, canonical_by = 'learned' WHERE id = 2";
  expect((await told(joined)).node(1)).toMatchObject({
    aliases: [{ name: "10.0.1.1:8080", by: "learned" }],
  });
  // As many are others' as before, by the same or of the same.
  const other = await told("UPDATE nodes SET canonical = 3 WHERE id = 2");
  expect(other.nodeName(2)).toBe("web-2");
  expect(other.node(1)?.aliases).toEqual([]);
  const declared = await told("UPDATE nodes SET canonical_by = 'declared' WHERE id = 2");
  expect(declared.node(3)?.aliases).toEqual([{ name: "10.0.1.1:8080", by: "declared" }]);
  const apart = await told("UPDATE nodes SET canonical = NULL, canonical_by = NULL WHERE id = 2");
  expect(apart.nodesOf([1]).map(({ name }) => name)).toEqual(["web-1", "10.0.1.1:8080", "web-2"]);
});

it("is one in memory for all who read it, as long as nothing is new", async () => {
  const { pool } = database;
  const [one, other] = await Promise.all([Names.read(pool), Names.read(pool)]);
  expect(await Names.read(pool)).toBe(other);
  expect(one.pool(1)).toBe("shop");
});

it("is asked for again after a reading that failed", async () => {
  const { pool } = database;
  await pool.query("INSERT INTO nodes (id, pool, name) VALUES (4, 1, 'web-4')");
  await pool.query("ALTER TABLE pools RENAME COLUMN name TO other");
  await expect(Names.read(pool)).rejects.toThrow();
  await pool.query("ALTER TABLE pools RENAME COLUMN other TO name");
  expect((await Names.read(pool)).nodeName(4)).toBe("web-4");
});
