import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Names } from "@/lib/reports/names";
import type { ChannelKind } from "@/lib/schemas/alert-channels";
import { json } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { PrismaClient } from "@/prisma/client/client";
import { announce } from "./announce";
import { channelOf } from "./channels/registry";
import { type Send, sendWithin } from "./channels/send";
import { deliverDue } from "./deliver";
import { storedAlert } from "./stored";
import { type Receivers, startReceivers } from "./testing/receivers";

let database: TestDatabase;
let prisma: PrismaClient;
let receivers: Receivers;
/** The clock of these tests: it goes on when they say so. */
let now = Date.UTC(2026, 10, 18, 12);

beforeAll(async () => {
  database = await testDatabase();
  prisma = createPrisma(database.pool);
  receivers = await startReceivers();
});
afterAll(async () => {
  await receivers.close();
  await prisma.$disconnect();
  await database.close();
});
afterEach(async () => {
  await prisma.alert.deleteMany({});
  await prisma.alertChannel.deleteMany({});
  receivers.taken.splice(0);
  receivers.letters.splice(0);
  receivers.refused.splice(0);
  receivers.moods.clear();
});

async function channel(name: string, kind: ChannelKind, settings: object, more: object = {}) {
  const at = new Date(now);
  await prisma.alertChannel.create({
    data: { name, kind, settings: json(settings), createdAt: at, updatedAt: at, ...more },
  });
}

function channelSettings(): Record<string, [ChannelKind, object]> {
  const { url, smtpPort } = receivers;
  return {
    hook: ["webhook", { url: `${url}/hook`, secret: "secret of the hook" }],
    slack: ["slack", { url: `${url}/slack` }],
    teams: ["teams", { url: `${url}/teams` }],
    pagerduty: ["pagerduty", { url: `${url}/pagerduty`, routingKey: "key-of-pagerduty" }],
    opsgenie: ["opsgenie", { url: `${url}/opsgenie`, apiKey: "key-of-opsgenie" }],
    alertmanager: ["alertmanager", { url: `${url}/alertmanager` }],
    mail: [
      "email",
      {
        host: "127.0.0.1",
        port: String(smtpPort),
        security: "none",
        user: "hopwatch",
        password: "secret of mail",
        from: "hopwatch@shop.test",
        to: "ops@shop.test, sre@shop.test",
      },
    ],
  };
}

async function everyChannel() {
  for (const [name, [kind, settings]] of Object.entries(channelSettings()))
    await channel(name, kind, settings);
}

async function raise(id: string, more: object = {}) {
  const at = new Date(now);
  await prisma.alert.create({
    data: {
      id,
      fingerprint: id,
      pool: "shop",
      subject: "infrastructure",
      cause: "failover",
      title: "Sessions leave a failing node",
      severity: "warning",
      state: "firing",
      since: at,
      firedAt: at,
      rules: json([{ id: "bounce-rate", name: "Bounces", value: 12, peak: 20 }]),
      history: json([]),
      createdAt: at,
      updatedAt: at,
      ...more,
    },
  });
  await tell();
}

async function become(id: string, data: object) {
  await prisma.alert.update({ where: { id }, data });
  await tell();
}

/** What an evaluation does at its end. */
async function tell() {
  const channels = (await prisma.alertChannel.findMany({})).map(channelOf);
  const names = await Names.read(database.pool);
  const desk = { db: database.pool, rows: prisma, names, sources: [], silences: [], channels, now };
  for (const row of await prisma.alert.findMany({})) await announce(desk, storedAlert(row));
}

const overTheNetwork = sendWithin(4_000);

async function deliver(send: Send = overTheNetwork, minutes = 20) {
  const until = now + minutes * 60_000;
  for (; now < until; now += 5_000)
    await deliverDue(database.pool, prisma, send, { now: () => now, baseUrl: "http://hop.test" });
}

async function wholeStory(id: string) {
  await raise(id);
  await deliver();
  await become(id, { acknowledgedAt: new Date(now), acknowledgedBy: "mara" });
  await deliver();
  await become(id, { state: "resolved", endedAt: new Date(now) });
  await deliver();
}

const saidTo = (to: string) =>
  receivers.taken.filter((taken) => taken.to === to).map(({ said }) => said);

const story = {
  hook: ["firing", "acknowledged", "resolved"],
  slack: ["Firing", "Acknowledged", "Resolved"].map(
    (word) => `${word}: Sessions leave a failing node in shop`,
  ),
  teams: ["Firing", "Acknowledged", "Resolved"].map(
    (word) => `${word}: Sessions leave a failing node in shop`,
  ),
  pagerduty: ["trigger", "acknowledge", "resolve"],
  opsgenie: ["create", "acknowledge", "close"],
  alertmanager: ["begin", "end"],
  mail: ["Firing", "Acknowledged", "Resolved"].map(
    (word) => `[Hopwatch] ${word}: Sessions leave a failing node in shop`,
  ),
};

function expectStoryOnce() {
  expect(receivers.refused).toEqual([]);
  for (const [to, words] of Object.entries(story)) expect(saidTo(to), to).toEqual(words);
}

describe("each change of state is told once", () => {
  it("to every kind of receiver", async () => {
    await everyChannel();
    await wholeStory("calm");
    expectStoryOnce();
    expect(receivers.letters[0]?.to).toEqual(["ops@shop.test", "sre@shop.test"]);
    expect(receivers.letters[0]?.text).toContain("http://hop.test/alerts/calm");
    const opsgenie = receivers.taken.filter(({ to }) => to === "opsgenie");
    expect(new Set(opsgenie.map(({ key }) => key))).toEqual(new Set(["hopwatch-calm"]));
  });

  it("to receivers that fail, are slow, hang up, ask for time, and come back", async () => {
    await everyChannel();
    for (const to of Object.keys(story))
      receivers.moods.set(to, [
        { status: 503 },
        { status: 429, retryAfter: "30" },
        "hangs up",
        { slowMs: 300 },
      ]);
    receivers.moods.set("mail", [{ status: 451 }, { status: 421 }]);
    await wholeStory("rough");
    expectStoryOnce();
    const tries = await prisma.alertNotification.findMany({ where: { alertId: "rough" } });
    expect(tries.every(({ state }) => state === "sent")).toBe(true);
    expect(
      tries.filter(({ word }) => word === "firing").every(({ attempts }) => attempts > 1),
    ).toBe(true);
  });

  it("when Hopwatch is killed while a receiver is being told, and starts again", async () => {
    await everyChannel();
    await raise("killed");
    // Killed before anything was heard: the tries never come back.
    const never: Send = () => new Promise(() => undefined);
    void deliverDue(database.pool, prisma, never, { now: () => now, baseUrl: "http://hop.test" });
    await expect
      .poll(() => prisma.alertNotification.count({ where: { alertId: "killed", attempts: 1 } }))
      .toBe(Object.keys(story).length);
    await become("killed", { acknowledgedAt: new Date(now), acknowledgedBy: "mara" });
    await become("killed", { state: "resolved", endedAt: new Date(now) });
    await deliver();
    expectStoryOnce();
  });

  it("when it is stopped while a slow receiver answers: the answer is waited for", async () => {
    await everyChannel();
    for (const to of Object.keys(story)) receivers.moods.set(to, [{ slowMs: 1_000 }]);
    await raise("stopped");
    const options = { now: () => now, baseUrl: "http://hop.test" };
    const underway = deliverDue(database.pool, prisma, overTheNetwork, options);
    await underway;
    await become("stopped", { acknowledgedAt: new Date(now), acknowledgedBy: "mara" });
    await become("stopped", { state: "resolved", endedAt: new Date(now) });
    await deliver();
    expectStoryOnce();
  });

  it("and given up where the receiver refuses, with its reason in the log", async () => {
    const [, settings] = channelSettings().mail ?? [];
    await channel("mail", "email", { ...settings, password: "another" });
    await raise("refused");
    await deliver();
    const [sent] = await prisma.alertNotification.findMany({ where: { alertId: "refused" } });
    expect(sent).toMatchObject({ state: "failed", attempts: 1 });
    expect(sent?.answer).toContain("not known here");
  });
});

describe("who is told", () => {
  const hook = () => ({ url: `${receivers.url}/hook`, secret: "secret of the hook" });

  it("is chosen by label, and who heard the beginning hears the end", async () => {
    await channel("shop-team", "webhook", hook(), {
      route: { pool: ["sh*"], cause: ["failover"] },
    });
    await channel(
      "pay-team",
      "slack",
      { url: `${receivers.url}/slack` },
      { route: { pool: ["pay"] } },
    );
    await raise("routed");
    await deliver();
    // By its end the cause is known better, and fits no more.
    await become("routed", { cause: "health-flap", state: "resolved", endedAt: new Date(now) });
    await deliver();
    expect(saidTo("hook")).toEqual(["firing", "resolved"]);
    expect(saidTo("slack")).toEqual([]);
  });

  it("hears of an alert that becomes critical, if that is what it waits for", async () => {
    await channel("all", "slack", { url: `${receivers.url}/slack` });
    await channel("pager", "webhook", hook(), { severities: json(["critical"]) });
    await raise("graver");
    await deliver();
    expect(saidTo("hook")).toEqual([]);
    await become("graver", { severity: "critical" });
    await deliver();
    await become("graver", { state: "resolved", endedAt: new Date(now) });
    await deliver();
    expect(saidTo("hook")).toEqual(["firing", "resolved"]);
    expect(saidTo("slack")).toHaveLength(2);
  });
});

describe("in quiet hours", () => {
  const quietHours = {
    timezone: "UTC",
    days: [1, 2, 3, 4, 5, 6, 7],
    from: "22:00",
    to: "07:00",
    criticalPasses: true,
  };
  const hook = () => ({ url: `${receivers.url}/hook`, secret: "secret of the hook" });
  const evening = () => {
    now = Math.ceil(now / 86_400_000) * 86_400_000 + 23 * 3_600_000;
  };

  it("words wait for the morning, and what came and went is left out", async () => {
    await channel("day", "webhook", hook(), { quietHours });
    evening();
    await raise("stays");
    await raise("passes");
    await become("passes", { state: "resolved", endedAt: new Date(now) });
    await deliver();
    expect(receivers.taken).toEqual([]);
    now += 8 * 3_600_000;
    await deliver();
    expect(receivers.taken.map(({ key }) => key)).toEqual(["stays-1"]);
    const left = await prisma.alertNotification.findMany({ where: { alertId: "passes" } });
    expect(left.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
  });

  it("critical alerts pass where they may", async () => {
    await channel("day", "webhook", hook(), { quietHours });
    await channel(
      "never",
      "slack",
      { url: `${receivers.url}/slack` },
      {
        quietHours: { ...quietHours, criticalPasses: false },
      },
    );
    evening();
    await raise("grave", { severity: "critical" });
    await deliver();
    expect(saidTo("hook")).toEqual(["firing"]);
    expect(saidTo("slack")).toEqual([]);
  });
});
