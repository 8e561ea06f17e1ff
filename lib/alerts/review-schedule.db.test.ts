import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  addBounce,
  addLb,
  addNode,
  addPool,
  addSession,
  uuid,
} from "@/lib/reports/reports.fixture";
import type { ReviewSchedule } from "@/lib/schemas/review-schedule";
import { json } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { takeReviews } from "@/lib/store/review-schedule";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { PrismaClient } from "@/prisma/client/client";
import type { Call, Outcome } from "./channels/channel";
import { sendWithin } from "./channels/send";
import {
  deliverReviews,
  enterDueReview,
  scheduledReviews,
  setReviewSchedule,
} from "./review-schedule";
import { type Receivers, startReceivers } from "./testing/receivers";

const at = (text: string) => Date.parse(text);
const wednesday = at("2026-11-18T12:00:00Z");
const monday = at("2026-11-23T09:00:00Z");
const baseUrl = "https://hopwatch.shop.test";
const sent: Outcome = { kind: "sent", answer: "200" };

let database: TestDatabase;
let prisma: PrismaClient;
let receivers: Receivers;
beforeAll(async () => {
  database = await testDatabase();
  prisma = createPrisma(database.pool);
  receivers = await startReceivers();
  const { pool: db } = database;
  await addLb(db, 1, "edge-1");
  await addPool(db, 1, "shop");
  await addNode(db, 1, 1, "web-1");
  await addNode(db, 2, 1, "web-2");
  for (let n = 0; n < 10; n++) {
    const session = uuid();
    const first = wednesday + n * 1000;
    await addSession(db, { session, first, last: first + 500, bounces: n === 0 ? 1 : 0 });
    if (n === 0)
      await addBounce(db, {
        session,
        at: first + 100,
        from: 1,
        to: 2,
        cause: "cookie-invalid",
        class: "routing",
      });
  }
});
afterAll(async () => {
  await receivers.close();
  await prisma.$disconnect();
  await database.close();
});
afterEach(async () => {
  await prisma.alertChannel.deleteMany({});
  await database.pool.query("DELETE FROM review_deliveries");
  await database.pool.query("DELETE FROM settings WHERE key = 'review_schedule'");
});

async function channel(kind: string, settings: object): Promise<void> {
  const now = new Date(wednesday);
  await prisma.alertChannel.create({
    data: { name: "team", kind, settings: json(settings), createdAt: now, updatedAt: now },
  });
}
const hook = () => channel("webhook", { url: "http://hook.test/", secret: "secret of the hook" });
const schedule: ReviewSchedule = {
  enabled: true,
  channel: "team",
  pool: null,
  day: 1,
  hour: 9,
  timezone: "UTC",
};
const set = (more: Partial<ReviewSchedule> = {}) =>
  setReviewSchedule(database.pool, { ...schedule, ...more }, wednesday);
const enter = (now: number) => enterDueReview(database.pool, { now, baseUrl });

/** A receiver that answers as it is told, and keeps what it took. */
function receiver(...moods: Outcome[]) {
  const calls: Call[] = [];
  return {
    calls,
    deliver: (now: number) =>
      deliverReviews(
        database.pool,
        prisma,
        async (call) => {
          calls.push(call);
          return moods.shift() ?? sent;
        },
        () => now,
      ),
  };
}

describe("a scheduled weekly review", () => {
  it("is told once when its hour comes, of the week that is over", async () => {
    await hook();
    expect((await set()).nextAt).toBe(new Date(monday).toISOString());
    const { calls, deliver } = receiver();
    for (const now of [wednesday, monday - 1000, monday, monday + 1000, monday + 3 * 86_400_000]) {
      await enter(now);
      await deliver(now);
    }
    expect(calls).toHaveLength(1);
    const [call] = calls;
    if (call?.kind !== "http") throw new Error("a webhook is called over HTTP");
    expect(call.headers).toMatchObject({
      "x-hopwatch-event": "weekly-review",
      "x-hopwatch-delivery": "review-2026-W47",
    });
    const body = JSON.parse(call.body);
    expect(body).toMatchObject({
      event: "weekly-review",
      week: "2026-W47",
      url: "https://hopwatch.shop.test/weekly/2026-W47",
      title: "Weekly review: All pools, week 47 of 2026",
    });
    expect(body.lines[0]).toContain("missed its objective: 90.00% against 99.50%.");
    expect(body.markdown).toContain("## Next steps");
    const told = await scheduledReviews(database.pool, monday + 1000);
    expect(told.nextAt).toBe(new Date(monday + 7 * 86_400_000).toISOString());
    expect(told.deliveries).toMatchObject([{ week: "2026-W47", channel: "team", state: "sent" }]);

    await enter(monday + 7 * 86_400_000);
    await deliver(monday + 7 * 86_400_000);
    expect(calls).toHaveLength(2);
  });

  it("is entered by one of several processes, and sent by one", async () => {
    await hook();
    await set();
    const entered = await Promise.all([1, 2, 3, 4].map(() => enter(monday)));
    expect(entered.filter(Boolean)).toHaveLength(1);
    const { calls, deliver } = receiver();
    await Promise.all([1, 2, 3, 4].map(() => deliver(monday)));
    expect(calls).toHaveLength(1);
  });

  it("waits for a receiver that fails, and says the same when it is back", async () => {
    await hook();
    await set();
    await enter(monday);
    const later: Outcome = { kind: "later", answer: "503", afterMs: null };
    const { calls, deliver } = receiver(later, later);
    for (const after of [0, 1, 2, 3, 10, 20, 60, 90]) await deliver(monday + after * 1000);
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map((call) => (call.kind === "http" ? call.body : ""))).size).toBe(1);
    const [told] = (await scheduledReviews(database.pool, monday)).deliveries;
    expect(told).toMatchObject({ state: "sent", attempts: 3 });
  });

  it("outlives a server that was away at the hour, or died while it sent", async () => {
    await hook();
    await set();
    await enter(monday + 2 * 86_400_000);
    // Taken by a process that is no more.
    expect(await takeReviews(database.pool, { now: monday + 2 * 86_400_000 })).toHaveLength(1);
    const { calls, deliver } = receiver();
    await deliver(monday + 2 * 86_400_000 + 29_000);
    expect(calls).toHaveLength(0);
    await deliver(monday + 2 * 86_400_000 + 31_000);
    expect(calls).toHaveLength(1);
  });

  it("is not told while it is switched off, nor what was due before it was set", async () => {
    await hook();
    await set({ enabled: false });
    expect(await enter(monday)).toBe(false);
    await setReviewSchedule(database.pool, schedule, monday + 60_000);
    expect(await enter(monday + 120_000)).toBe(false);
  });

  it("says so when its channel is gone, and is not tried again", async () => {
    await set();
    await enter(monday);
    const { calls, deliver } = receiver();
    await deliver(monday);
    await deliver(monday + 3_600_000);
    expect(calls).toHaveLength(0);
    const [told] = (await scheduledReviews(database.pool, monday)).deliveries;
    expect(told).toMatchObject({ state: "failed", answer: "The channel was removed" });
  });

  it("goes to a mailbox as a letter, to Slack and Teams as a message", async () => {
    const { url, smtpPort } = receivers;
    await channel("email", {
      host: "127.0.0.1",
      port: String(smtpPort),
      security: "none",
      user: "hopwatch",
      password: "secret of mail",
      from: "hopwatch@shop.test",
      to: "ops@shop.test",
    });
    await set({ pool: "shop" });
    await enter(monday);
    await deliverReviews(database.pool, prisma, sendWithin(20_000), () => monday);
    expect(receivers.letters).toHaveLength(1);
    expect(receivers.letters[0]?.text).toContain("shop, week 47 of 2026");
    for (const kind of ["slack", "teams"]) {
      await prisma.alertChannel.deleteMany({});
      await channel(kind, { url: `${url}/${kind}` });
      await database.pool.query("DELETE FROM review_deliveries");
      await enter(monday);
      await deliverReviews(database.pool, prisma, sendWithin(20_000), () => monday);
      const [told] = (await scheduledReviews(database.pool, monday)).deliveries;
      expect(told?.answer).toMatch(/^2\d\d/);
    }
    expect(receivers.refused).toEqual([]);
  });
});
