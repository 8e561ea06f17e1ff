import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolListSchema } from "@/lib/schemas/pools";
import { overviewQuery, overviewSchema } from "@/lib/schemas/results";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { overview } from "./overview";
import { pools } from "./pools";
import {
  addBounce,
  addChange,
  addLb,
  addLoad,
  addLoss,
  addNode,
  addPool,
  addRequest,
  addSession,
  ago,
  minute,
  now,
  uuid,
} from "./reports.fixture";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addPool(db, 2, "portal");
  await addPool(db, 3, "silent");
  await addLb(db, 1, "edge-1");
  await addLb(db, 2, "edge-2");
  await addNode(db, 1, 1, "web-01");
  await addNode(db, 3, 1, "web-02");
  await addNode(db, 2, 1, "10.0.0.2:80", 3);
  await addNode(db, 4, 2, "web-01");

  // The hour before: one request, so that there is something to compare with.
  await addLoad(db, { at: ago(5400), n: 10, durationMs: 200 });
  await addSession(db, { session: uuid(), first: ago(5400), last: ago(5300) });
  await addSession(db, {
    session: uuid(),
    first: ago(5390),
    last: ago(5380),
    bounces: 1,
    unexplained: 1,
  });

  // This hour: ten minutes of load, then none, then some.
  await addLoad(db, { at: ago(1200), n: 80, durationMs: 100 });
  await addLoad(db, { at: ago(1200), n: 20, node: 2, lb: 2, status: 503, durationMs: 1000 });
  await addLoad(db, { at: ago(300), n: 10, node: 0, status: 503 });
  const healthy = await addSession(db, { session: uuid(), first: ago(1200), last: ago(290) });
  await addSession(db, { session: healthy, pool: 2, first: ago(1100), last: ago(1000), lbs: [2] });
  await addLoad(db, { at: ago(1100), pool: 2, node: 4 });
  const single = { requests: 1, first: ago(1200), last: ago(1200) };
  await addSession(db, { session: uuid(), ...single });
  const moved = await addSession(db, {
    session: uuid(),
    first: ago(1200),
    last: ago(1100),
    bounces: 2,
    unexplained: 1,
    requests: 5,
  });
  await addBounce(db, { session: moved, at: ago(1150), from: 1, to: 2 });
  const explained = { cause: "failover", class: "infrastructure" };
  await addBounce(db, { session: moved, at: ago(1145), from: 2, to: 1, ...explained });
  const lost = await addSession(db, {
    session: uuid(),
    first: ago(1200),
    last: ago(1100),
    losses: 2,
  });
  await addLoss(db, { session: lost, at: ago(1150) });
  // The app did not say in which pool.
  await addLoss(db, { session: lost, at: ago(1120), pool: 0 });
  await addChange(db, { at: ago(1160), kind: "deploy", title: "v42" });
  await addChange(db, { at: ago(1100), kind: "deploy", title: "portal only", pool: 2 });
});
afterAll(() => database.close());

const ask = async (given: Record<string, string>, at = now) =>
  overviewSchema.parse(await overview(database.pool, overviewQuery.parse(given), at));

describe("the overview of a pool", () => {
  it("counts what happened in the range beside the period before it", async () => {
    const found = await ask({ pool: "checkout" });
    expect(found.requests).toEqual({ value: 110, previous: 10 });
    expect(found.requestsPerSecond.value).toBeCloseTo(110 / 3630, 4);
    expect(found.sessions).toEqual({ value: 4, previous: 2 });
    expect(found.bounces).toEqual({ value: 2, previous: 0 });
    expect(found.unexplainedBounces).toEqual({ value: 1, previous: 0 });
    expect(found.bouncesByCause).toEqual({ unknown: 1, failover: 1 });
    expect(found.errorRate.value).toBeCloseTo(30 / 110);
  });

  it("counts a session that was lost twice once, also where its app named no pool", async () => {
    const found = await ask({ pool: "checkout" });
    expect(found.lostSessions.value).toBe(1);
    expect(found.affectedSessions.value).toBe(2);
  });

  it("reckons continuity over sessions of at least two requests", async () => {
    const found = await ask({ pool: "checkout" });
    expect(found.continuityRate.value).toBeCloseTo(1 / 3);
    expect(found.continuityRate.previous).toBe(1);
  });

  it("tells latency within its buckets' five percent", async () => {
    const found = await ask({ pool: "checkout" });
    expect((found.p50Ms.value ?? 0) / 100).toBeCloseTo(1, 1);
    expect((found.p99Ms.value ?? 0) / 1000).toBeCloseTo(1, 1);
    expect((found.p50Ms.previous ?? 0) / 200).toBeCloseTo(1, 1);
  });

  it("draws a gap where no request was seen, and zero bounces where there were requests without", async () => {
    const found = await ask({ pool: "checkout" });
    expect(found.stepMs).toBe(minute);
    const at = (seconds: number) =>
      found.series.find(
        (point) => Date.parse(point.at) === Math.floor(ago(seconds) / minute) * minute,
      );
    expect(at(1200)).toMatchObject({ requests: 100, sessions: 4, bounces: 2, lostSessions: 1 });
    expect(at(300)).toMatchObject({ requests: 10, bounces: 0, errorRate: 1, sessions: 1 });
    expect(at(600)).toMatchObject({ requests: null, bounces: null, p95Ms: null, errorRate: null });
  });

  it("adds up: the series' requests and bounces are the figures", async () => {
    const found = await ask({ pool: "checkout" });
    const sum = (of: (point: (typeof found.series)[number]) => number | null) =>
      found.series.reduce((total, point) => total + (of(point) ?? 0), 0);
    expect(sum((point) => point.requests)).toBe(found.requests.value);
    expect(sum((point) => point.bounces)).toBe(found.bounces.value);
    const before = found.previousSeries.reduce((n, point) => n + (point.requests ?? 0), 0);
    expect(before).toBe(found.requests.previous);
    expect(found.previousSeries).toHaveLength(found.series.length);
  });

  it("shows the changes of this pool in order and not those of another", async () => {
    const found = await ask({ pool: "checkout" });
    expect(found.changes.map((change) => change.title)).toEqual(["v42"]);
  });

  it("tells nothing, not zero, of a time before anything was seen", async () => {
    const found = await ask({ pool: "checkout", from: "now-30h", to: "now-25h" });
    expect(found.requests).toEqual({ value: null, previous: null });
    expect(found.continuityRate.value).toBeNull();
    expect((await ask({ pool: "silent" })).requests.value).toBeNull();
    expect((await ask({ pool: "no such pool" })).newestAt).toBeNull();
  });

  it("tells zero of an hour without a request after one with some", async () => {
    const found = await ask({ pool: "checkout" }, now + 2 * 3_600_000);
    expect(found.requests.value).toBe(0);
    expect(found.bounces.value).toBe(0);
    expect(found.continuityRate.value).toBeNull();
    expect(found.series.every((point) => point.requests === null)).toBe(true);
  });

  it("counts one balancer's part when asked, without latency, which is not kept by balancer", async () => {
    const found = await ask({ pool: "checkout", lb: "edge-2" });
    expect(found.requests.value).toBe(20);
    expect(found.p95Ms.value).toBeNull();
    expect(found.bounces.value).toBe(0);
    expect((await ask({ lb: "edge-9" })).requests.value).toBe(0);
  });
});

describe("the overview of all pools", () => {
  it("counts a session that was in two of them once", async () => {
    const found = await ask({});
    expect(found.sessions.value).toBe(4);
    expect(found.requests.value).toBe(111);
    expect(found.changes).toHaveLength(2);
  });
});

describe("the newest request", () => {
  it("is that of an anonymous one where it is newer than every session's", async () => {
    await addRequest(database.pool, { session: uuid(), at: ago(100) + 123, tie: 0 });
    const found = await ask({ pool: "checkout" });
    expect(found.newestAt).toBe(new Date(ago(100) + 123).toISOString());
  });
});

describe("the pools", () => {
  it("are those with requests, with the nodes and balancers of the last day, names resolved", async () => {
    const { items } = poolListSchema.parse(await pools(database.pool, now));
    expect(items.map((pool) => [pool.name, pool.nodes, pool.lbs])).toEqual([
      ["checkout", 2, ["edge-1", "edge-2"]],
      ["portal", 1, ["edge-1"]],
    ]);
  });
});
