import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesQuery } from "@/lib/schemas/changes";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { factsCameFrom, judgeChanges } from "./change-verdicts";
import { changes } from "./changes";
import { addBounce, addChange, addNode, addPool, addSession, ago, uuid } from "./reports.fixture";

const minute = 60;
const at = ago(0);
const later = (minutes: number) => at + minutes * 60_000;
let database: TestDatabase;

/** Sessions of two requests that begin at a moment, the first so many of them moved. */
async function sessions(begin: number, all: number, moved: number): Promise<void> {
  const { pool: db } = database;
  for (let n = 0; n < all; n++) {
    const session = uuid();
    const hit = n < moved ? 1 : 0;
    await addSession(db, {
      session,
      first: begin,
      last: begin + 1000,
      bounces: hit,
      unexplained: hit,
    });
    if (hit)
      await addBounce(db, {
        session,
        at: begin + 500,
        from: 1,
        to: 2,
        cause: "lb-disagreement",
        class: "routing",
      });
  }
}

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "shop");
  await addNode(db, 1, 1, "web-1");
  await addNode(db, 2, 1, "web-2");
  await addChange(db, { at, kind: "deploy", title: "the deploy" });
  await sessions(ago(10 * minute), 60, 0);
  await sessions(later(10), 60, 0);
});
afterAll(() => database.close());

async function verdict() {
  const asked = changesQuery.parse({ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" });
  const { items } = await changes(database.pool, asked, later(60));
  return items.find(({ title }) => title === "the deploy");
}

describe("the verdict on a change", () => {
  it("is kept once the half hour after it is over, and not before", async () => {
    expect(await judgeChanges(database.pool, later(30), 20)).toBe(0);
    expect(await verdict()).toMatchObject({
      verdict: null,
      verdictDue: new Date(later(31)).toISOString(),
    });
    expect(await judgeChanges(database.pool, later(31), 20)).toBe(1);
    const told = await verdict();
    expect(told?.verdictDue).toBeNull();
    expect(told?.verdict).toMatchObject({
      verdict: "not-enough-traffic",
      before: { severalSessions: 60, affectedSessions: 0, continuityRate: 1 },
      judgedAt: new Date(later(31)).toISOString(),
    });
    expect(await judgeChanges(database.pool, later(32), 20)).toBe(0);
  });

  it("is made anew when late lines come in around it, and of itself when it is twice as old", async () => {
    await sessions(later(12), 60, 30);
    await factsCameFrom(database.pool, later(31), later(33));
    expect(await judgeChanges(database.pool, later(33), 20)).toBe(0);
    await factsCameFrom(database.pool, later(12), later(34));
    expect(await judgeChanges(database.pool, later(34), 20)).toBe(1);
    const told = await verdict();
    expect(told?.verdict).toMatchObject({
      verdict: "worse",
      after: { severalSessions: 120, affectedSessions: 30 },
    });
    expect(told?.verdict?.interval?.high).toBeLessThan(0);
    expect(await judgeChanges(database.pool, later(60), 20)).toBe(0);
    expect(await judgeChanges(database.pool, later(69), 20)).toBe(1);
  });

  it("is not passed on a node that went down by its balancer's own line, but on one that somebody told of", async () => {
    const { pool: db } = database;
    await addChange(db, { at: at + 1000, kind: "node-down", title: "told by hand", node: "web-1" });
    await addChange(db, { at: at + 2000, kind: "node-down", title: "by a log", node: "web-1" });
    await db.query("UPDATE changes SET source = 1 WHERE title = 'by a log'");
    expect(await judgeChanges(db, later(70), 20)).toBe(1);
    expect(await judgeChanges(db, later(70), 20)).toBe(0);
  });

  it("is not promised for a change that was told of months later", async () => {
    const { pool: db } = database;
    await addChange(db, { at: at - 40 * 24 * 3_600_000, kind: "deploy", title: "long ago" });
    expect(await judgeChanges(db, later(70), 20)).toBe(0);
    const asked = changesQuery.parse({ from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" });
    const { items } = await changes(db, asked, later(70));
    expect(items).toMatchObject([{ title: "long ago", verdict: null, verdictDue: null }]);
  });
});
