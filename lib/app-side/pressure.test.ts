import { createServer } from "node:http";
import express from "express";
import session from "express-session";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SessionReporter } from "./hopwatch";
import { EventTaker, type Mood } from "./testing/event-taker";

let house: EventTaker;
beforeEach(async () => {
  house = new EventTaker();
  await house.start();
});
afterEach(() => house.stop());

const most = 200;
const missing = (sessionId: string) => ({ type: "session.missing" as const, sessionId });

const moods: Mood[] = [200, 500, 503, 429, 400, 401, "cut", "cut after"];
const act = fc.oneof(
  fc.record({ report: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ mood: fc.constantFrom(...moods) }),
  fc.record({ away: fc.boolean() }),
  fc.record({ flush: fc.constant(true) }),
);

describe("a reporter in front of a Hopwatch in any mood", () => {
  it("never throws, holds no more than it may, and accounts for every event", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        const own = new EventTaker();
        await own.start();
        const reporter = new SessionReporter({
          url: own.url,
          key: own.key,
          most,
          everyMs: 60_000,
        });
        let reported = 0;
        for (const one of acts) {
          if ("report" in one)
            for (let n = 0; n < one.report; n++) reporter.report(missing(`s-${++reported}`));
          if ("mood" in one) own.mood = one.mood;
          if ("away" in one) await (one.away ? own.stop() : own.stop().then(() => own.start()));
          if ("flush" in one) await reporter.flush();
          const { waiting, sent, dropped } = reporter.counts;
          expect(waiting).toBeLessThanOrEqual(most);
          expect(waiting + sent + dropped).toBe(reported);
        }
        await own.stop();
        await own.start();
        own.mood = 200;
        await reporter.close();
        const { waiting, sent, dropped } = reporter.counts;
        expect([waiting, sent + dropped]).toEqual([0, reported]);
        // What was cut off after it was taken comes again, and counts once at Hopwatch.
        const names = new Set(own.taken.map(({ sessionId }) => sessionId));
        expect(names.size).toBeGreaterThanOrEqual(sent);
        await own.stop();
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("holds no more than its room, however many events come and however large they are", () => {
    const reporter = new SessionReporter({ url: "http://127.0.0.1:1", key: "k" });
    const large = "x".repeat(16_000);
    for (let n = 0; n < 2000; n++) reporter.report(missing(`${n}${large}`));
    const { waiting, waitingSize, dropped } = reporter.counts;
    expect(waitingSize).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(waiting).toBeGreaterThan(0);
    expect(waiting + dropped).toBe(2000);
    for (let n = 0; n < 50_000; n++) reporter.report(missing(`${n}`));
    expect(reporter.counts.waiting).toBeLessThanOrEqual(10_000);
    expect(reporter.counts.waiting + reporter.counts.dropped).toBe(52_000);
  }, 180_000);

  it("lets the app answer all its requests while Hopwatch never does", async () => {
    house.mood = "silent";
    const reporter = new SessionReporter({ url: house.url, key: house.key, most: 50, everyMs: 1 });
    const app = express();
    app.use(reporter.middleware());
    app.use(
      session({
        store: reporter.store(new session.MemoryStore(), "memory"),
        secret: "s",
        resave: false,
        saveUninitialized: true,
      }),
    );
    app.get("/", (request, response) => {
      response.json({ id: request.sessionID });
    });
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const url = `http://127.0.0.1:${address.port}/`;
    const answers = await Promise.all(
      Array.from({ length: 300 }, async () => (await fetch(url)).status),
    );
    // Not one delivery was answered by then: the app waited for none.
    expect(new Set(answers)).toEqual(new Set([200]));
    const { waiting, sent, dropped } = reporter.counts;
    expect([waiting, sent, dropped]).toEqual([50, 0, 250]);
    server.closeAllConnections();
    server.close();
    await reporter.close(1);
  }, 180_000);

  it("ends in time although Hopwatch does not answer", async () => {
    house.mood = "silent";
    const reporter = new SessionReporter({ url: house.url, key: house.key });
    reporter.report(missing("a"));
    await reporter.close(20);
    expect(reporter.counts).toMatchObject({ waiting: 1, sent: 0 });
  });

  it("counts what Hopwatch rejects as dropped", async () => {
    const told: string[] = [];
    const server = createServer((_request, response) => {
      response.end(JSON.stringify({ accepted: 1, duplicates: 0, rejected: 2, errors: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const reporter = new SessionReporter({
      url: `http://127.0.0.1:${address.port}`,
      key: "k",
      onTrouble: (message) => told.push(message),
    });
    for (const id of ["a", "b", "c"]) reporter.report(missing(id));
    await reporter.close();
    expect(reporter.counts).toMatchObject({ waiting: 0, sent: 1, dropped: 2 });
    expect(told).toEqual(["Hopwatch rejected 2 events"]);
    server.closeAllConnections();
    server.close();
  });
});

describe("stores that promise instead of calling back", () => {
  it("give what they gave, and their sessions are reported", async () => {
    const reporter = new SessionReporter({ url: house.url, key: house.key });
    const held = new Map<string, object>();
    const store = reporter.store(
      {
        get: async (id: string) => {
          if (id === "broken") throw new TypeError("gone");
          return held.get(id) ?? null;
        },
        set: async (id: string, value: object) => {
          held.set(id, value);
          return "OK";
        },
        destroy: async (id: string) => held.delete(id),
      },
      "promised",
    );
    expect(await store.get("a")).toBeNull();
    expect(await store.set("a", { cart: 1 })).toBe("OK");
    expect(await store.get("a")).toEqual({ cart: 1 });
    expect(await store.destroy("a")).toBe(true);
    await expect(store.get("broken")).rejects.toThrow("gone");
    await reporter.close();
    expect(house.taken.map(({ type, hit }) => [type, hit])).toEqual([
      ["session.missing", false],
      ["session.updated", null],
      ["session.retrieved", true],
      ["session.destroyed", null],
      ["session.missing", false],
    ]);
  });
});
