import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Dictionary, otherNodes } from "./dictionary";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("takes the names of a pool's nodes beyond the most that it may have as one node", async () => {
  const { pool: db } = database;
  const dictionary = new Dictionary(db, 3);
  await dictionary.learnPools(["shop", "blog"]);
  const [shop, blog] = [dictionary.pool("shop"), dictionary.pool("blog")];
  const names = ["app5", "app1", "app4", "app2", "app3"];
  expect(await dictionary.learnNodes(names.map((name) => [shop, name] as const))).toEqual([shop]);
  expect(dictionary.node(shop, "app4")).toBe(dictionary.node(shop, "app5"));
  expect(dictionary.node(shop, "app4")).toBe(dictionary.node(shop, otherNodes));
  expect(new Set(names.map((name) => dictionary.node(shop, name))).size).toBe(4);
  // Nothing is understood anew by a name that is no node's own.
  expect(await dictionary.learnNodes([[shop, "app6"]])).toEqual([]);
  expect(await dictionary.learnNodes([[blog, "app6"]])).toEqual([blog]);
  // Another process, and this one after a start, comes to the same.
  const again = new Dictionary(db, 3);
  await again.learnNodes(names.map((name) => [shop, name] as const));
  for (const name of names) expect(again.node(shop, name)).toBe(dictionary.node(shop, name));
  const { rows } = await db.query("SELECT name FROM nodes WHERE pool = $1 ORDER BY id", [shop]);
  expect(rows.map(({ name }) => name)).toEqual(["app1", "app2", "app3", otherNodes]);
});
