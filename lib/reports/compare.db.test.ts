import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeVerdictQuery, compareQuery, compareSchema } from "@/lib/schemas/compare";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { changeVerdict, compare } from "./compare";
import { compareMarkdown } from "./compare-markdown";
import { objectiveOf, objectives, setObjectives } from "./objectives";
import {
  addBounce,
  addChange,
  addLb,
  addLoad,
  addNode,
  addPool,
  addSession,
  ago,
  now,
  uuid,
} from "./reports.fixture";
import { weekly } from "./weekly";

const minute = 60;
let database: TestDatabase;
const changes = new Map<string, string>();

/** Sessions of a pool within a window, so many of them affected by an unexplained bounce. */
async function sessions(pool: number, from: number, all: number, affected: number): Promise<void> {
  const { pool: db } = database;
  for (let n = 0; n < all; n++) {
    const session = uuid();
    const hit = n < affected;
    const first = ago(from - n / 10);
    await addSession(db, {
      session,
      pool,
      first,
      last: first + 1000,
      bounces: hit ? 1 : 0,
      unexplained: hit ? 1 : 0,
    });
    if (hit)
      await addBounce(db, {
        session,
        pool,
        at: first + 500,
        from: pool * 10 + 1,
        to: pool * 10 + 2,
        cause: "lb-disagreement",
        class: "routing",
      });
  }
}

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addLb(db, 1, "edge-1");
  for (const [id, name] of [
    [1, "broken"],
    [2, "intact"],
    [3, "quiet"],
  ] as const) {
    await addPool(db, id, name);
    await addNode(db, id * 10 + 1, id, "web-01");
    await addNode(db, id * 10 + 2, id, "web-02");
    await addChange(db, {
      at: ago(60 * minute),
      kind: "deploy",
      title: `deploy ${name}`,
      pool: id,
    });
    const node = id * 10 + 1;
    await addLoad(db, { at: ago(80 * minute), pool: id, node, n: 900, durationMs: 100 });
    await addLoad(db, { at: ago(50 * minute), pool: id, node, n: 900, durationMs: 200 });
  }
  await addLoad(db, { at: ago(50 * minute), pool: 1, node: 12, n: 300, status: 503 });
  await sessions(1, 80 * minute, 300, 0);
  await sessions(1, 50 * minute, 300, 45);
  await sessions(2, 80 * minute, 500, 1);
  await sessions(2, 50 * minute, 500, 1);
  await sessions(3, 80 * minute, 30, 0);
  await sessions(3, 50 * minute, 30, 0);
  const { rows } = await db.query<{ id: string; title: string }>("SELECT id, title FROM changes");
  for (const { id, title } of rows) changes.set(title, id);
});
afterAll(() => database.close());

const verdict = (pool: string, more: object = {}) =>
  changeVerdict(
    database.pool,
    changes.get(`deploy ${pool}`) ?? "",
    changeVerdictQuery.parse(more),
    now,
  );

describe("the verdict on a change", () => {
  it("is worse where continuity fell beyond noise, with the interval", async () => {
    const told = await verdict("broken");
    expect(told).toMatchObject({ verdict: "worse", pool: "broken", complete: true });
    expect(told.interval?.difference).toBeCloseTo(-0.15, 9);
    expect(told.interval?.high).toBeLessThan(-0.1);
    expect(told.before).toMatchObject({ severalSessions: 300, affectedSessions: 0, bounces: 0 });
    expect(told.after).toMatchObject({ severalSessions: 300, affectedSessions: 45, bounces: 45 });
    expect(told.words).toMatch(/^Continuity got worse by 15 points, between 11\.\d and 19\.\d: /);
  });

  it("is intact where nothing changed and there was enough traffic to see it", async () => {
    expect((await verdict("intact")).verdict).toBe("intact");
  });

  it("says so where there was not enough traffic, unless more tolerance is granted", async () => {
    expect((await verdict("quiet")).verdict).toBe("not-enough-traffic");
    expect((await verdict("quiet", { tolerance: "0.2" })).verdict).toBe("intact");
  });

  it("does not know a change that was never told", async () => {
    for (const id of [uuid("1"), "no-id"])
      await expect(
        changeVerdict(database.pool, id, changeVerdictQuery.parse({}), now),
      ).rejects.toMatchObject({ status: 404 });
  });
});

describe("the comparison of two windows", () => {
  it("takes a moment, and tells every figure of both sides", async () => {
    const told = compareSchema.parse(
      await compare(
        database.pool,
        compareQuery.parse({ at: new Date(ago(60 * minute)).toISOString(), pool: "broken" }),
        now,
      ),
    );
    expect(told.before).toMatchObject({ requests: 900, errors: 0, imbalance: 1 });
    expect(told.after).toMatchObject({ requests: 1200, errors: 300, imbalance: 1.5 });
    expect(told.after.bouncesByCause).toEqual({ "lb-disagreement": 45 });
    expect(told.after.bouncesPer1000).toBeCloseTo(37.5, 6);
    expect(told.after.p50Ms).toBeGreaterThan(told.before.p50Ms ?? 0);
    const words = Object.fromEntries(told.figures.map((row) => [row.metric, row.words]));
    expect(words.errors).toMatch(/^worse by 25 points/);
    expect(words.p95).toBe("not tested");
  });

  it("says that a window which is not over is not complete", async () => {
    const told = await compare(
      database.pool,
      compareQuery.parse({ at: "now-5m", pool: "broken" }),
      now,
    );
    expect(told.complete).toBe(false);
  });

  it("sets two pools side by side over one window", async () => {
    const window = `${ago(60 * minute)}/${ago(30 * minute)}`;
    const told = await compare(
      database.pool,
      compareQuery.parse({
        before: window,
        after: window,
        beforePool: "intact",
        afterPool: "broken",
      }),
      now,
    );
    expect(told).toMatchObject({ pool: null, verdict: "worse" });
    expect(told.before).toMatchObject({ pool: "intact", severalSessions: 500, bounces: 1 });
    expect(told.after).toMatchObject({ pool: "broken", severalSessions: 300, bounces: 45 });
    expect(told.words).toMatch(/99.80% in intact, 85.00% in broken\.$/);
    expect(compareMarkdown(told)).toContain("|  | intact | broken | Difference |");
  });

  it("counts only what came through a balancer, and says that latency is not known of it", async () => {
    const { pool: db } = database;
    await addLb(db, 2, "edge-2");
    await addPool(db, 4, "two");
    await addNode(db, 41, 4, "web-01");
    await addNode(db, 42, 4, "web-02");
    await addLoad(db, { at: ago(50 * minute), pool: 4, node: 41, lb: 1, n: 40 });
    await addLoad(db, { at: ago(50 * minute), pool: 4, node: 42, lb: 2, n: 20 });
    const [first, second] = [uuid(), uuid()];
    const at = ago(50 * minute);
    await addSession(db, { session: first, pool: 4, first: at, last: at + 1000, lbs: [1] });
    await addSession(db, { session: second, pool: 4, first: at, last: at + 1000, lbs: [2] });
    await addBounce(db, {
      session: second,
      pool: 4,
      lb: 2,
      at: at + 500,
      from: 41,
      to: 42,
      cause: "cookie-invalid",
      class: "routing",
    });
    const through = (lb: string) =>
      compare(
        database.pool,
        compareQuery.parse({ at: "now-60m", pool: "two", window: "1d", lb }),
        now,
      );
    expect((await through("edge-1")).after).toMatchObject({
      sessions: 1,
      bounces: 0,
      requests: 40,
    });
    expect((await through("edge-2")).after).toMatchObject({
      sessions: 1,
      affectedSessions: 1,
      bounces: 1,
      requests: 20,
      p95Ms: null,
    });
    await expect(through("edge-9")).rejects.toMatchObject({ status: 404 });
  });

  it("refuses windows that cannot be understood", async () => {
    for (const asked of [{}, { before: "now-2h/now-1h" }, { before: "x/y", after: "now-1h/now" }])
      await expect(compare(database.pool, compareQuery.parse(asked), now)).rejects.toMatchObject({
        status: 400,
      });
    expect(compareQuery.safeParse({ window: "30 minutes" }).success).toBe(false);
  });
});

describe("the week's changes", () => {
  it("names the one that coincided with a regression, and what to do about its cause", async () => {
    const week = await weekly(database.pool, { week: "2026-W47" }, now);
    expect(week.changes).toHaveLength(1);
    expect(week.changes[0]).toMatchObject({
      change: { title: "deploy broken" },
      before: 0,
      after: 45,
      cause: "lb-disagreement",
    });
    expect(week.complete).toBe(false);
    expect(week.steps[0]).toMatchObject({ subject: "lb-disagreement", sessions: 47 });
    expect(week.steps[0]?.evidence).toContain(
      "after “deploy broken”: 45 bounces in half an hour, 0 in the one before",
    );
  });
});

describe("objectives", () => {
  it("are 99.5 % until somebody sets them, and then a pool's own", async () => {
    expect((await objectives(database.pool)).default).toBe(0.995);
    await setObjectives(database.pool, { default: 0.99, pools: { broken: 0.8 } });
    const known = await objectives(database.pool);
    expect([
      objectiveOf(known, null),
      objectiveOf(known, "intact"),
      objectiveOf(known, "broken"),
    ]).toEqual([0.99, 0.99, 0.8]);
    const week = await weekly(database.pool, { week: "2026-W47", pool: "broken" }, now);
    expect(week.budget).toMatchObject({ objective: 0.8, met: true });
  });
});
