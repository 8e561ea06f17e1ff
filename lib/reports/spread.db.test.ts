import { afterAll, beforeAll, expect, it } from "vitest";
import { spreadQuery } from "@/lib/schemas/spread";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { addBounce, addLb, addLoad, addNode, addPool, ago, now, uuid } from "./reports.fixture";
import { spread } from "./spread";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addLb(db, 1, "edge-1");
  await addLb(db, 2, "edge-2");
  for (const node of [1, 2]) {
    await addNode(db, node, 1, `web-0${node}`);
    for (const lb of [1, 2]) await addLoad(db, { at: ago(600), lb, node, n: 1000 });
  }
  const routing = { cause: "lb-disagreement", class: "routing" };
  for (let n = 0; n < 60; n += 1)
    await addBounce(db, {
      session: uuid("cafe"),
      at: ago(300 + n),
      from: 1 + (n % 2),
      to: 2 - (n % 2),
      ...routing,
    });
  await addBounce(db, { session: uuid("beef"), at: ago(200), from: 1, to: 2, lb: 2 });
  await addBounce(db, {
    session: uuid("beef"),
    at: ago(199),
    from: 2,
    to: 1,
    lb: 2,
    isReturn: true,
  });
});
afterAll(() => database.close());

it("the balancer that has the bounces stands out, the other does not, and neither do the nodes", async () => {
  const told = await spread(database.pool, spreadQuery.parse({ pool: "checkout" }), now);
  expect(told.bounces).toBe(61);
  expect(told.balancers).toMatchObject([
    { name: "edge-1", bounces: 60, requests: 2000, standing: "more" },
    { name: "edge-2", bounces: 1, standing: "fewer" },
  ]);
  expect(told.nodes.map(({ standing }) => standing)).toEqual(["alike", "alike"]);
  expect(told.nodes[0]).toMatchObject({ name: "web-01", pool: "checkout", requestShare: 0.5 });
  expect(told.causes[0]).toMatchObject({ cause: "lb-disagreement", lb: "edge-1", lbShare: 1 });
});
