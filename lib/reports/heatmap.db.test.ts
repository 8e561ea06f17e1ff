import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heatmapQuery, heatmapSchema } from "@/lib/schemas/heatmap";
import { nodeListSchema, nodesQuery } from "@/lib/schemas/pools";
import {
  rejectListSchema,
  rejectsQuery,
  transitionsQuery,
  transitionsSchema,
} from "@/lib/schemas/results";
import { timestampText } from "@/lib/store/database";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { heatmap } from "./heatmap";
import { nodes } from "./nodes";
import { rejects } from "./rejects";
import {
  addBounce,
  addChange,
  addLoad,
  addNode,
  addPool,
  addRequest,
  addSession,
  ago,
  now,
  uuid,
} from "./reports.fixture";
import { transitions } from "./transitions";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addPool(db, 2, "portal");
  await addNode(db, 1, 1, "web-01");
  await addNode(db, 2, 1, "web-02");
  await addNode(db, 3, 1, "10.0.0.2:80", 2);
  await addNode(db, 4, 1, "web-long-gone");
  await addNode(db, 5, 1, "web-03");
  await addNode(db, 6, 2, "adm-01");
  await addLoad(db, { at: ago(30 * 86_400), node: 4 });
  await addLoad(db, { at: ago(7200), node: 5 });

  // A session that stays, two that move from one node to the other, and a stranger.
  const stays = await addSession(db, {
    session: uuid(),
    first: ago(290),
    last: ago(20),
    requests: 3,
  });
  for (const seconds of [290, 200, 20])
    await addRequest(db, { session: stays, at: ago(seconds), durationMs: 10 });
  for (const target of [2, 3]) {
    const moves = await addSession(db, {
      session: uuid(),
      first: ago(280),
      last: ago(100),
      requests: 4,
      bounces: 1,
      unexplained: 1,
      nodes: [1, target],
    });
    await addRequest(db, { session: moves, at: ago(280), durationMs: 10 });
    await addRequest(db, { session: moves, at: ago(270), durationMs: 10 });
    await addRequest(db, {
      session: moves,
      at: ago(170),
      node: target,
      status: 500,
      durationMs: 900,
    });
    await addRequest(db, { session: moves, at: ago(100), node: target, durationMs: 900 });
    await addBounce(db, {
      session: moves,
      at: ago(170),
      previousAt: ago(270),
      from: 1,
      to: target,
    });
  }
  await addRequest(db, { session: uuid(), at: ago(170), node: 2, tie: 0, durationMs: 900 });
  await addLoad(db, { at: ago(170), node: 0 });
  await addLoad(db, { at: ago(170), pool: 2, node: 6, n: 7 });
  await addChange(db, { at: ago(400), kind: "node-drain", node: "web-03" });
  await addChange(db, { at: ago(250), kind: "node-maintenance", node: "web-03", pool: null });
});
afterAll(() => database.close());

const map = async (metric: string, given: Record<string, string> = {}) =>
  heatmapSchema.parse(
    await heatmap(
      database.pool,
      heatmapQuery.parse({
        pool: "checkout",
        from: String(ago(300)),
        to: String(ago(0)),
        metric,
        ...given,
      }),
      now,
    ),
  );

describe("a heatmap of five minutes", () => {
  it("counts requests by node and minute, one node under all its names, and is null where none was seen", async () => {
    const found = await map("requests");
    expect(found.step).toBe(60_000);
    expect(found.times).toHaveLength(5);
    expect(found.nodes).toEqual(["web-01", "web-02", "web-03"]);
    expect(found.values).toEqual([
      [5, 1, null, null, 1],
      [null, null, 3, 2, null],
      [null, null, null, null, null],
    ]);
  });

  it("tells errors and share of the pool as shares, share without what no node served", async () => {
    const [, errors] = (await map("errors")).values;
    expect(errors).toEqual([null, null, expect.closeTo(2 / 3), 0, null]);
    expect((await map("errors")).values[0]?.[0]).toBe(0);
    const [first, second] = (await map("share")).values;
    expect(first).toEqual([1, 1, null, null, 1]);
    expect(second).toEqual([null, null, 1, 1, null]);
  });

  it("tells the 95th percentile of a node over all its names", async () => {
    const [first, second] = (await map("p95")).values;
    expect((first?.[0] ?? 0) / 10).toBeCloseTo(1, 1);
    expect((second?.[2] ?? 0) / 900).toBeCloseTo(1, 1);
    expect(second?.[0]).toBeNull();
  });

  it("counts the sessions that each node holds, also between their requests, until they move", async () => {
    expect((await map("sessions")).values.slice(0, 2)).toEqual([
      [3, 1, 1, 1, 1],
      [null, null, 2, 2, null],
    ]);
  });

  it("counts bounces where they landed and where they left, zero where there were requests without", async () => {
    expect((await map("bouncesIn")).values.slice(0, 2)).toEqual([
      [0, 0, null, null, 0],
      [null, null, 2, 0, null],
    ]);
    expect((await map("bouncesOut")).values[0]).toEqual([0, 0, 2, null, 0]);
  });

  it("reckons imbalance over the nodes that had requests", async () => {
    const { imbalance } = await map("requests");
    expect(imbalance.maxOverMean).toBeCloseTo(7 / 6);
    const quiet = await map("requests", { from: "now-3h", to: "now-150m" });
    expect(quiet.imbalance).toEqual({ maxOverMean: null, cv: null, gini: null });
  });

  it("takes wider steps when asked, and all pools together", async () => {
    const wide = await map("requests", { step: "5m" });
    expect(wide.values[0]).toEqual([7]);
    const all = heatmapSchema.parse(
      await heatmap(
        database.pool,
        heatmapQuery.parse({ from: String(ago(300)), to: String(ago(0)), step: "5m" }),
        now,
      ),
    );
    expect(all.nodes).toContain("adm-01");
  });
});

describe("the matrix of moves", () => {
  it("tells moves by cause, and the share that stayed of requests following one on the node", async () => {
    const found = transitionsSchema.parse(
      await transitions(database.pool, transitionsQuery.parse({ pool: "checkout" }), now),
    );
    expect(found.items).toEqual([
      { from: "web-01", to: "web-02", bounces: 2, byCause: { unknown: 2 } },
    ]);
    expect(found.nodes).toEqual(["web-01", "web-02"]);
    // web-01: 2 stayed of the first session, 1 of each that moved, which then left. web-02: 2 of 2, the stranger apart.
    expect(found.stay[0]).toBeCloseTo(4 / 6);
    expect(found.stay[1]).toBe(1);
    expect([found.left, found.reached]).toEqual([
      [2, 0],
      [0, 2],
    ]);
    expect(found).toMatchObject({ bounces: 2, moves: 1, movedNodes: 2 });
  });

  it("keeps to the nodes with most moves when told how many, and tells what was left out", async () => {
    const all = await transitions(database.pool, transitionsQuery.parse({}), now);
    const found = await transitions(database.pool, transitionsQuery.parse({ top: "1" }), now);
    expect(found.nodes).toHaveLength(1);
    expect(all.nodes.length).toBeGreaterThan(1);
    expect(found.items).toEqual(all.items.slice(0, 1));
    const { bounces, moves, movedNodes } = all;
    expect(found).toMatchObject({ bounces, moves, movedNodes });
  });
});

describe("moves as many one way as another", () => {
  it("are told in the order of names, whichever node was seen first", async () => {
    const { pool: db } = database;
    await addPool(db, 7, "even");
    const ids = new Map([
      ["c", 71],
      ["a", 72],
      ["d", 73],
      ["b", 74],
    ]);
    for (const [name, id] of ids) {
      await addNode(db, id, 7, name);
      await addLoad(db, { at: ago(170), pool: 7, node: id });
    }
    const ways = ["a", "b", "c", "d"].flatMap((from) =>
      ["a", "b", "c", "d"].filter((to) => to !== from).map((to) => [from, to] as const),
    );
    for (const [from, to] of ways)
      await addBounce(db, {
        session: uuid(),
        at: ago(170),
        pool: 7,
        from: ids.get(from) ?? 0,
        to: ids.get(to) ?? 0,
      });
    const { items } = await transitions(db, transitionsQuery.parse({ pool: "even" }), now);
    expect(items.map(({ from, to }) => [from, to])).toEqual(ways);
  });
});

describe("the nodes", () => {
  it("are those of the last day in order of first sight, with state, load and names", async () => {
    const { items } = nodeListSchema.parse(
      await nodes(database.pool, nodesQuery.parse({ pool: "checkout" }), now),
    );
    expect(items.map((node) => [node.name, node.ordinal, node.state])).toEqual([
      ["web-01", 0, "up"],
      ["web-02", 1, "up"],
      ["web-03", 3, "maintenance"],
    ]);
    expect(items[1]?.aliases).toEqual([{ name: "10.0.0.2:80", by: "learned" }]);
    expect(items[2]?.stateSince).toBe(new Date(ago(250)).toISOString());
    expect(items[0]?.share).toBeCloseTo(7 / 12);
    expect(items[2]?.share).toBe(0);
  });

  it("have no load where the pool had no request", async () => {
    const asked = nodesQuery.parse({ pool: "checkout", from: "now-30m", to: "now-20m" });
    const { items } = nodeListSchema.parse(await nodes(database.pool, asked, now));
    expect(items.map((node) => [node.name, node.share, node.state])).toEqual([
      ["web-03", null, "unknown"],
    ]);
  });
});

describe("rejected lines", () => {
  it("are newest first, with how many by reason in the whole range", async () => {
    await database.pool.query(
      `INSERT INTO sources (id, name, updated_at) VALUES (1, 'edge', now());`,
    );
    for (const [seconds, reason] of [
      [30, "time: not understood"],
      [20, "empty"],
      [10, "empty"],
    ] as const)
      await database.pool.query("INSERT INTO rejects VALUES (1, $1, $2, $3, 'a line')", [
        uuid(),
        timestampText(ago(seconds)),
        reason,
      ]);
    const asked = rejectsQuery.parse({ source: "edge", limit: 2 });
    const found = rejectListSchema.parse(await rejects(database.pool, asked, now));
    expect(found.items).toHaveLength(2);
    expect(found.items[0]).toMatchObject({ source: "edge", reason: "empty" });
    expect(found.byReason).toEqual([
      { reason: "empty", count: 2 },
      { reason: "time: not understood", count: 1 },
    ]);
    const rest = await rejects(
      database.pool,
      rejectsQuery.parse({ source: "edge", limit: 2, cursor: found.nextCursor ?? "" }),
      now,
    );
    expect(rest.items.map((line) => line.reason)).toEqual(["time: not understood"]);
    const other = await rejects(database.pool, rejectsQuery.parse({ source: "other" }), now);
    expect(other.items).toEqual([]);
  });
});
