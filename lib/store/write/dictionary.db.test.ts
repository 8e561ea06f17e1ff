import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Dictionary, others } from "./dictionary";

const few = { pools: 4, lbs: 3, nodesOfPool: 3, nodes: 6 };
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("takes the names of a pool's nodes beyond the most that it may have as one node", async () => {
  const { pool: db } = database;
  const dictionary = new Dictionary(db, few);
  await dictionary.learnPools(["shop", "blog"]);
  const [shop, blog] = [dictionary.pool("shop"), dictionary.pool("blog")];
  const names = ["app5", "app1", "app4", "app2", "app3"];
  expect(await dictionary.learnNodes(names.map((name) => [shop, name] as const))).toEqual([shop]);
  expect(dictionary.node(shop, "app4")).toBe(dictionary.node(shop, "app5"));
  expect(dictionary.node(shop, "app4")).toBe(dictionary.node(shop, others));
  expect(new Set(names.map((name) => dictionary.node(shop, name))).size).toBe(4);
  // Nothing is understood anew by a name that is no node's own.
  expect(await dictionary.learnNodes([[shop, "app6"]])).toEqual([]);
  expect(await dictionary.learnNodes([[blog, "app6"]])).toEqual([blog]);
  // Another process, and this one after a start, comes to the same.
  const again = new Dictionary(db, few);
  await again.learnNodes(names.map((name) => [shop, name] as const));
  for (const name of names) expect(again.node(shop, name)).toBe(dictionary.node(shop, name));
  const { rows } = await db.query("SELECT name FROM nodes WHERE pool = $1 ORDER BY id", [shop]);
  expect(rows.map(({ name }) => name)).toEqual(["app1", "app2", "app3", others]);
});

it("takes pools beyond the most that there may be as one pool, whose nodes are known by it", async () => {
  const { pool: db } = database;
  const dictionary = new Dictionary(db, few);
  await dictionary.learnPools(["shop", "pay", "search", "mail"]);
  // Those of no pool have one of their own, and the test before made two.
  const { rows } = await db.query<{ name: string }>("SELECT name FROM pools ORDER BY name");
  expect(rows.map(({ name }) => name)).toEqual(["", others, "blog", "mail", "shop"]);
  expect(dictionary.poolName("shop")).toBe("shop");
  expect(dictionary.pool("search")).toBe(dictionary.pool(others));
  expect(dictionary.poolName("search")).toBe(others);
  // All pools together have as many nodes as there may be.
  await dictionary.learnNodes(
    ["a", "b", "c", "d"].map((name) => [dictionary.pool("search"), name] as const),
  );
  const nodes = await db.query("SELECT count(*)::integer AS n FROM nodes WHERE name <> $1", [
    others,
  ]);
  expect(nodes.rows[0].n).toBeLessThanOrEqual(6);
});

it("takes balancers beyond the most that there may be as one", async () => {
  const { pool: db } = database;
  const dictionary = new Dictionary(db, few);
  await dictionary.learnLbs(["edge-1", "edge-2"]);
  // Those of no balancer have one of their own.
  await dictionary.learnLbs(["edge-3", "edge-4"]);
  expect(dictionary.lbName("edge-2")).toBe("edge-2");
  expect(dictionary.lb("edge-3")).toBe(dictionary.lb("edge-4"));
  expect(dictionary.lbName("edge-4")).toBe(others);
  const again = new Dictionary(db, few);
  await again.learnLbs(["edge-4", "edge-1"]);
  expect(again.lb("edge-4")).toBe(dictionary.lb(others));
  expect(again.lb("edge-1")).toBe(dictionary.lb("edge-1"));
  const { rows } = await db.query("SELECT name FROM lbs ORDER BY id");
  expect(rows.map(({ name }) => name)).toEqual(["", "edge-1", "edge-2", others]);
});
