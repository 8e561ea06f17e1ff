import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { firstRules } from "@/lib/domain/alerts/rule";
import type { Ingestion } from "@/lib/ingest/ingestion";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import type { SourceRules } from "@/lib/ingest/source-rules";
import { markDirty } from "@/lib/store/alerts/clocks";
import { enterFirstRules } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { PrismaClient } from "@/prisma/client/client";
import { outcomeOf } from "./channels/channel";
import type { Send } from "./channels/send";
import { deliverDue } from "./deliver";
import { evaluate } from "./evaluate";
import { Looker } from "./look";
import { storedAlert } from "./stored";

const minute = 60_000;
const noon = Date.UTC(2026, 10, 21, 12);
let now = noon;

const rules: Omit<SourceRules, "id" | "name"> = {
  format: "haproxy-http",
  formatString: null,
  lb: null,
  pool: null,
  timezone: "UTC",
  session: { cookie: "sid" },
  correlation: null,
  affinity: { method: "cookie", cookie: "SRVID" },
  nodes: null,
  demo: false,
};

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

function line(pool: string, at: number, node: string, session: string, flags: string): string {
  const d = new Date(at);
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  const date = `${two(d.getUTCDate())}/${months[d.getUTCMonth()]}/${d.getUTCFullYear()}:${clock}.${String(d.getUTCMilliseconds()).padStart(3, "0")}`;
  return `198.51.100.7:40000 [${date}] www ${pool}/${node} 0/0/1/5/6 200 512 sid=${session} - --${flags} 2/2/1/1/0 0/0 "GET /cart HTTP/1.1"`;
}

interface Shop {
  pool: string;
  /** The node that a session is on at a time, and HAProxy's cookie flags. */
  nodeOf: (session: number, at: number) => { node: string; flags: string };
}

const nodeNames = ["web-1", "web-2", "web-3"];
const home = (session: number) => nodeNames[session % 3] ?? "web-1";
const calm = (session: number) => ({ node: home(session), flags: "VN" });

/** A request of each of sixty sessions every ten seconds. */
function traffic({ pool, nodeOf }: Shop, from: number, to: number): string[] {
  const lines: string[] = [];
  for (let at = from; at < to; at += 10_000)
    for (let session = 0; session < 60; session++) {
      const when = at + session * 100;
      const { node, flags } = nodeOf(session, when);
      lines.push(line(pool, when, node, `${pool}-session-${two(session)}`, flags));
    }
  return lines;
}

let database: TestDatabase;
let prisma: PrismaClient;
let ingestion: Ingestion;
let settler: Settler;
let looker: Looker;

beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  prisma = createPrisma(pool);
  settler = new Settler({
    pool,
    now: () => Date.now(),
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  ingestion = testIngestion(pool, () => now, {
    onWritten: () => settler.kick(),
  });
  looker = new Looker(noon - 60 * minute);
  await enterFirstRules(prisma, firstRules, now);
});
afterAll(async () => {
  await settler.stop();
  await prisma.$disconnect();
  await database.close();
});

async function send(pool: string, lines: readonly string[], from: number): Promise<void> {
  await ingestion.logs(
    { ...rules, id: 1, name: "edge" },
    { chunks: body(lines.join("\n")), encoding: null },
  );
  await settler.drain();
  await markDirty(database.pool, { pools: [pool], froms: [from] });
}

async function change(input: object): Promise<void> {
  await ingestion.changes([input]);
}

async function look(at: number) {
  now = at;
  return await evaluate(database.pool, prisma, looker, at);
}

async function alertsOf(pool: string) {
  const rows = await prisma.alert.findMany({ where: { pool }, orderBy: { since: "asc" } });
  return rows.map(storedAlert);
}

describe("a node that fails", () => {
  const pool = "failing";
  const failsAt = noon + 5 * minute;
  const shop: Shop = {
    pool,
    nodeOf: (session, at) => {
      if (at < failsAt || home(session) !== "web-2") return calm(session);
      const node = session % 2 ? "web-1" : "web-3";
      return { node, flags: at < failsAt + 10_000 ? "DI" : "VN" };
    },
  };

  it("is one alert within a minute of its onset, with its cause, its place and the change behind it", async () => {
    await send(pool, traffic(shop, noon, failsAt), noon);
    await look(failsAt);
    expect(await alertsOf(pool)).toEqual([]);
    await change({
      at: new Date(failsAt - 2000).toISOString(),
      kind: "node-down",
      pool,
      node: "web-2",
      title: "Server failing/web-2 is DOWN",
    });
    await send(pool, traffic(shop, failsAt, failsAt + minute), failsAt);
    await look(failsAt + minute);
    const [alert, ...more] = await alertsOf(pool);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ state: "firing", subject: "infrastructure" });
    expect((alert?.firedAt ?? 0) - failsAt).toBeLessThanOrEqual(minute);
    const { content } = alert ?? {};
    expect(content?.causes[0]).toMatchObject({ cause: "failover", bounces: 20 });
    expect(content).toMatchObject({ affectedSessions: 20, sessions: 60 });
    expect(content?.nodes.filter(({ involved }) => involved).map(({ name }) => name)).toEqual([
      "web-2",
    ]);
    expect(content?.suspects[0]).toMatchObject({
      word: "likely",
      change: { title: "Server failing/web-2 is DOWN" },
    });
    expect(content?.samples).toHaveLength(3);
  });

  it("resolves when it has been calm, and stays one alert", async () => {
    await send(pool, traffic(shop, failsAt + minute, failsAt + 6 * minute), failsAt + minute);
    await look(failsAt + 6 * minute);
    const alerts = await alertsOf(pool);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ state: "resolved" });
    expect(alerts[0]?.row.corrected).toBe(false);
  });
});

it("a node that fails where clients drop their cookies all the time tells of its own sessions only", async () => {
  const pool = "both";
  const failsAt = noon + 5 * minute;
  const drops = (session: number) => session % 12 === 0;
  const shop: Shop = {
    pool,
    nodeOf: (session, at) => {
      if (drops(session))
        return { node: nodeNames[Math.floor(at / 10_000) % 3] ?? "web-1", flags: "NN" };
      if (at < failsAt || home(session) !== "web-2") return calm(session);
      const node = session % 2 ? "web-1" : "web-3";
      return { node, flags: at < failsAt + 10_000 ? "DI" : "VN" };
    },
  };
  // Each node keeps its own sessions: the app misses each that comes from another.
  const events: object[] = [];
  for (let session = 0; session < 60; session++) {
    let last = "";
    for (let at = noon + session * 100; at < failsAt + minute; at += 10_000) {
      const { node } = shop.nodeOf(session, at);
      const own = { sessionId: `${pool}-session-${two(session)}`, node, pool, store: "memory" };
      const time = new Date(at + 3).toISOString();
      if (node !== last && last !== "") events.push({ ...own, time, type: "session.missing" });
      if (node !== last) events.push({ ...own, time, type: "session.created" });
      last = node;
    }
  }
  await ingestion.events({
    chunks: body(events.map((event) => JSON.stringify(event)).join("\n")),
    encoding: null,
  });
  await change({
    at: new Date(failsAt - 2000).toISOString(),
    kind: "node-down",
    pool,
    node: "web-2",
    title: "Server both/web-2 is DOWN",
  });
  await send(pool, traffic(shop, noon, failsAt + minute), noon);
  await look(failsAt + minute);
  const found = (await alertsOf(pool)).filter(({ subject }) => subject === "infrastructure");
  expect(found).toHaveLength(1);
  const { content } = found[0] ?? {};
  expect(content).toMatchObject({ sessions: 60, affectedSessions: 20, lostSessions: 20 });
  expect(Date.parse(content?.onset ?? "")).toBeGreaterThanOrEqual(failsAt);
  expect(content?.suspects[0]).toMatchObject({ change: { title: "Server both/web-2 is DOWN" } });
  expect(content?.suspects[0]?.beforeMs).toBeGreaterThan(0);
  expect(content?.samples.map(({ mainCause }) => mainCause)).toEqual(Array(3).fill("failover"));
});

it("a planned drain that is marked as a change raises nothing", async () => {
  const pool = "planned";
  const drainAt = noon + 5 * minute;
  const shop: Shop = {
    pool,
    nodeOf: (session, at) =>
      at < drainAt || home(session) !== "web-2"
        ? calm(session)
        : { node: session % 2 ? "web-1" : "web-3", flags: at < drainAt + 10_000 ? "DI" : "VN" },
  };
  await change({
    at: new Date(drainAt - 1000).toISOString(),
    kind: "node-maintenance",
    pool,
    node: "web-2",
    title: "web-2 for maintenance",
  });
  await send(pool, traffic(shop, noon, drainAt + 4 * minute), noon);
  await look(drainAt + 4 * minute);
  expect(await alertsOf(pool)).toEqual([]);
});

describe("clients that no longer send the cookie", () => {
  const pool = "unsent";
  const brokenAt = noon + 5 * minute;
  const shop: Shop = {
    pool,
    nodeOf: (session, at) =>
      at < brokenAt
        ? calm(session)
        : {
            node: nodeNames[(session + Math.floor(at / 10_000)) % 3] ?? "web-1",
            flags: "NN",
          },
  };
  const whole = traffic(shop, noon, brokenAt + 2 * minute);

  it("are the same alert when the lines come late and shuffled", async () => {
    await send(pool, whole, noon);
    await look(brokenAt + 2 * minute);
    const [alert, ...more] = await alertsOf(pool);
    expect(more).toEqual([]);
    expect(alert?.severity).toBe("critical");
    expect(alert?.subject).toBe("client");
    expect(alert?.ruleIds).toContain("unexplained-bounces");

    const late = "late";
    const shuffled = whole
      .map((text) => text.replaceAll(pool, late))
      .sort((a, b) => (a.slice(30) < b.slice(30) ? 1 : -1));
    const middle = Math.floor(shuffled.length / 2);
    await send(late, shuffled.slice(middle), noon);
    await look(brokenAt + 3 * minute);
    await send(late, shuffled.slice(0, middle), noon);
    await look(brokenAt + 7 * minute);
    const found = await alertsOf(late);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      subject: alert?.subject,
      since: alert?.since,
      firedAt: alert?.firedAt,
    });
  });
});

it("an alert whose cause turns out to be another by late lines says so", async () => {
  const pool = "turned";
  const brokenAt = noon + 5 * minute;
  const shop: Shop = {
    pool,
    nodeOf: (session, at) => {
      if (at < brokenAt) return calm(session);
      const node = nodeNames[(session + Math.floor(at / 10_000)) % 3] ?? "web-1";
      return { node, flags: session < 12 ? "NN" : "EI" };
    },
  };
  const before = traffic(shop, noon, brokenAt);
  const after = traffic(shop, brokenAt, brokenAt + 2 * minute);
  const isEarly = (text: string) => / --NN /.test(text);
  await send(pool, [...before, ...after.filter(isEarly)], noon);
  await look(brokenAt + 2 * minute);
  const [first] = await alertsOf(pool);
  expect(first?.row).toMatchObject({ state: "firing", cause: "cookie-not-sent", corrected: false });
  await send(
    pool,
    after.filter((text) => !isEarly(text)),
    brokenAt,
  );
  await look(brokenAt + 4 * minute);
  const [alert, ...more] = await alertsOf(pool);
  expect(more).toEqual([]);
  expect(alert?.id).toBe(first?.id);
  expect(alert?.row).toMatchObject({ cause: "cookie-expired", corrected: true });
  expect(alert?.history.map(({ note }) => note)).toContain(
    "The cause is cookie-expired, not cookie-not-sent as it seemed",
  );
});

describe("the channels", () => {
  it("hear each change of state once, also when the receiver fails at first", async () => {
    await prisma.alertNotification.deleteMany({});
    await prisma.alert.deleteMany({});
    await prisma.alertChannel.create({
      data: {
        name: "hook",
        kind: "webhook",
        settings: { url: "http://127.0.0.1:9/", secret: "secret-of-the-hook" },
        createdAt: new Date(now),
        updatedAt: new Date(now),
      },
    });
    const pool = "told";
    const failsAt = noon + 5 * minute;
    const shop: Shop = {
      pool,
      nodeOf: (session, at) =>
        at < failsAt || home(session) !== "web-2"
          ? calm(session)
          : { node: session % 2 ? "web-1" : "web-3", flags: at < failsAt + 10_000 ? "DI" : "VN" },
    };
    await database.pool.query(
      "UPDATE alert_clocks SET looked_to = now() + interval '1 day', dirty_from = NULL",
    );
    const got: string[] = [];
    let failures = 2;
    const tell: Send = async (call) => {
      if (call.kind !== "http") throw new Error("a webhook is a call");
      if (failures > 0) {
        failures -= 1;
        return outcomeOf({ status: 503, body: "not now" }, null);
      }
      got.push(`${call.headers["x-hopwatch-event"]} ${call.headers["x-hopwatch-delivery"]}`);
      return outcomeOf({ status: 200, body: "ok" }, null);
    };
    let clock = failsAt + minute;
    const deliver = async () => {
      for (let turn = 0; turn < 12; turn++) {
        clock += 5_000;
        await deliverDue(database.pool, prisma, tell, { now: () => clock, baseUrl: "http://x" });
      }
    };
    await send(pool, traffic(shop, noon, failsAt + minute), noon);
    await look(failsAt + minute);
    await look(failsAt + minute + 10_000);
    await deliver();
    await send(pool, traffic(shop, failsAt + minute, failsAt + 6 * minute), failsAt + minute);
    await look(failsAt + 6 * minute);
    await look(failsAt + 6 * minute + 10_000);
    clock = failsAt + 7 * minute;
    await deliver();
    const ids = (await alertsOf(pool)).map(({ id }) => id);
    expect(ids).toHaveLength(1);
    expect(got.filter((word) => word.includes(ids[0] ?? "-"))).toEqual([
      `firing ${ids[0]}-1`,
      `resolved ${ids[0]}-2`,
    ]);
  });
});
