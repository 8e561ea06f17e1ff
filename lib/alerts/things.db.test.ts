import { afterAll, beforeAll, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { chanceFrom } from "@/lib/demo/chance";
import { firstRules } from "@/lib/domain/alerts/rule";
import type { Ingestion } from "@/lib/ingest/ingestion";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import { rulesOf } from "@/lib/ingest/source-rules";
import { markDirty } from "@/lib/store/alerts/clocks";
import { enterFirstRules, json } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { PrismaClient } from "@/prisma/client/client";
import { evaluate } from "./evaluate";
import { Looker } from "./look";
import { storedAlert } from "./stored";

/** Two balancers write two lines a second each and send them every ten, and the app tells of every third request. */
const second = 1000;
const noon = Date.UTC(2026, 10, 21, 12);
const calmTo = noon + 720 * second;
let now = noon;
/** Our own clock where it is not that of the lines: in a day that is played fast. */
let own: number | null = null;
const chance = chanceFrom(7);
const lbs = ["edge-a", "edge-b"];
const nodes = ["web-1", "web-2", "web-3"];

/** What goes wrong. */
interface Trouble {
  silent?: string;
  garbled?: string;
  ahead?: { node: string; ms: number };
}

let database: TestDatabase;
let prisma: PrismaClient;
let ingestion: Ingestion;
let settler: Settler;
let looker: Looker;
const sources = new Map<string, ReturnType<typeof rulesOf>>();

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
  ingestion = testIngestion(pool, () => own ?? now, {
    onWritten: () => settler.kick(),
  });
  looker = new Looker(noon - 3_600_000);
  for (const name of lbs) {
    const at = new Date(noon);
    const row = await prisma.source.create({
      data: {
        name,
        format: "haproxy-http",
        lb: name,
        timezone: "UTC",
        session: json({ cookie: "sid" }),
        correlation: json({ field: "capture.req.hdr(0)" }),
        createdAt: at,
        updatedAt: at,
      },
    });
    sources.set(name, rulesOf(row));
  }
  await enterFirstRules(prisma, firstRules, now);
  await calm((calmTo - noon) / second);
}, 600_000);
afterAll(async () => {
  await settler.stop();
  await prisma.$disconnect();
  await database.close();
});

/** `21/Nov/2026:12:00:01.250` */
function dateOf(at: number): string {
  return `21/Nov/2026:${new Date(at).toISOString().slice(11, 23)}`;
}

/** Sends what is written in ten seconds. */
async function send({ silent, garbled, ahead }: Trouble) {
  const from = now;
  now += 10 * second;
  const events: string[] = [];
  for (const lb of lbs) {
    const lines: string[] = [];
    for (let at = from; at < now; at += 500) {
      const session = chance.between(0, 29);
      const node = nodes[session % 3] ?? "";
      const trace = chance.hex(32);
      lines.push(
        lb === garbled
          ? `no line of HAProxy ${trace}`
          : `198.51.100.7:40000 [${dateOf(at)}] www~ shop/${node} 0/0/1/5/6 200 512 sid=s${session} - --VN 2/2/1/1/0 0/0 {${trace}} "GET /cart HTTP/1.1"`,
      );
      if (lb === silent || at % 1500 !== 0) continue;
      const off = ahead?.node === node ? ahead.ms : 0;
      const time = new Date(at + 3 + off).toISOString();
      const event = { time, type: "session.retrieved", sessionId: `s${session}`, node, hit: true };
      events.push(JSON.stringify({ ...event, correlationId: trace, pool: "shop" }));
    }
    const source = sources.get(lb);
    if (source && lb !== silent)
      await ingestion.logs(source, { chunks: body(lines.join("\n")), encoding: null });
  }
  await ingestion.events({ chunks: body(events.join("\n")), encoding: null });
  await ingestion.idle();
  await markDirty(database.pool, { pools: ["shop"], froms: [from] });
}

async function look() {
  await settler.drain();
  await evaluate(database.pool, prisma, looker, now);
}

/** So many seconds in which nothing goes wrong; looks once a minute. */
async function calm(seconds: number) {
  for (let sent = 10; sent <= seconds; sent += 10) {
    await send({});
    if (sent % 60 === 0) await look();
  }
}

/** Plays a trouble for a minute and calm after it; tells the subjects that fired, and when. */
async function told(trouble: Trouble): Promise<{ subject: string; after: number }[]> {
  const from = now;
  for (let n = 0; n < 6; n += 1) {
    await send(trouble);
    await look();
  }
  const rows = await prisma.alert.findMany({ where: { firedAt: { gte: new Date(from) } } });
  // Until it is over, and the next can begin.
  await calm(300);
  return rows
    .map(storedAlert)
    .map(({ subject, firedAt }) => ({ subject, after: ((firedAt ?? 0) - from) / second }));
}

it("calm traffic raises nothing", async () => {
  expect(await prisma.alert.findMany({})).toEqual([]);
});

it("a source that falls silent, one whose lines cannot be read and a clock that jumps are told within a minute, once each", async () => {
  for (const [trouble, subject] of [
    [{ silent: "edge-a" }, "silent:edge-a"],
    [{ garbled: "edge-b" }, "rejects:edge-b"],
    [{ ahead: { node: "web-2", ms: 5 * second } }, "clock-offset:web-2"],
  ] as const) {
    const found = await told(trouble);
    expect(found.map((one) => one.subject)).toEqual([subject]);
    expect(found[0]?.after).toBeLessThanOrEqual(60);
  }
  const open = await prisma.alert.findMany({ where: { state: { not: "resolved" } } });
  expect(open).toEqual([]);
}, 600_000);

it("a clock that was off for some minutes of lines that come all at once is told as if they had come by and by", async () => {
  const known = await prisma.alert.count();
  for (let n = 0; n < 12; n += 1) await send({});
  const onset = now;
  for (let n = 0; n < 18; n += 1) await send({ ahead: { node: "web-3", ms: 5 * second } });
  const end = now;
  for (let n = 0; n < 30; n += 1) await send({});
  await look();
  const [found, ...more] = await prisma.alert.findMany({ orderBy: { since: "asc" }, skip: known });
  expect(more).toEqual([]);
  expect(found).toMatchObject({ subject: "clock-offset:web-3", state: "resolved" });
  const alert = found ? storedAlert(found) : null;
  expect((alert?.firedAt ?? 0) - onset).toBeGreaterThan(0);
  expect((alert?.firedAt ?? 0) - onset).toBeLessThanOrEqual(60 * second);
  expect(Math.abs((alert?.endedAt ?? 0) - end)).toBeLessThanOrEqual(60 * second);
}, 600_000);

it("a source of old lines that comes to their end is not missed", async () => {
  const at = new Date(now);
  const row = await prisma.source.create({
    data: { name: "archive", format: "haproxy-http", lb: "archive", createdAt: at, updatedAt: at },
  });
  for (let n = 0; n < 12; n += 1) {
    const line = `198.51.100.7:40000 [${dateOf(now - 3 * 3_600_000)}] www~ old/web-1 0/0/1/5/6 200 512 - - --VN 2/2/1/1/0 0/0 "GET /${n} HTTP/1.1"`;
    await ingestion.logs(rulesOf(row), { chunks: body(line), encoding: null });
    await calm(60);
  }
  const known = await prisma.alert.count();
  await calm(300);
  expect(await prisma.alert.count()).toBe(known);
}, 600_000);

it("silence and lines that cannot be read in a day that is played fast are told in its own time, once each", async () => {
  own = now + 24 * 3_600_000;
  const from = now;
  const troubles: { subject: string; onset: number }[] = [];
  for (let n = 0; n < 72; n += 1) await send({});
  for (const [trouble, subject] of [
    [{ silent: "edge-a" }, "silent:edge-a"],
    [{ garbled: "edge-b" }, "rejects:edge-b"],
  ] as const) {
    troubles.push({ subject, onset: now });
    for (let n = 0; n < 18; n += 1) await send(trouble);
    for (let n = 0; n < 30; n += 1) await send({});
  }
  await settler.drain();
  const at = own + 30 * second;
  await evaluate(database.pool, prisma, new Looker(at - 3_600_000), at);
  own = null;
  const rows = await prisma.alert.findMany({
    where: { firedAt: { gte: new Date(from + 600 * second) } },
    orderBy: { since: "asc" },
  });
  expect(rows.map(({ subject, state }) => [subject, state])).toEqual(
    troubles.map(({ subject }) => [subject, "resolved"]),
  );
  rows.map(storedAlert).forEach(({ firedAt, endedAt }, n) => {
    const onset = troubles[n]?.onset ?? 0;
    expect((firedAt ?? 0) - onset).toBeGreaterThan(0);
    expect((firedAt ?? 0) - onset).toBeLessThanOrEqual(60 * second);
    expect(Math.abs((endedAt ?? 0) - onset - 180 * second)).toBeLessThanOrEqual(60 * second);
  });
}, 600_000);

it("a clock that is off in the last lines of a day that is played fast is told though nothing comes after them", async () => {
  // The last of it was not looked at.
  await calm(110);
  const own = now + 600 * second;
  const lookAt = async (at: number) => {
    await settler.drain();
    await evaluate(database.pool, prisma, looker, at);
  };
  await lookAt(own);
  const onset = now;
  for (let n = 0; n < 12; n += 1) await send({ ahead: { node: "web-1", ms: 5 * second } });
  // By our own clock hardly any time went by, and nothing comes any more.
  await lookAt(own + 3 * second);
  await lookAt(own + 20 * second);
  const found = await prisma.alert.findMany({ where: { firedAt: { gte: new Date(onset) } } });
  expect(found.map(({ subject }) => subject)).toContain("clock-offset:web-1");
}, 600_000);

it("a clock that jumps amid hours that are gone through at once is told within a minute of its log time", async () => {
  await look();
  now += 125 * 60 * second;
  // A round minute has seen too little of it, and the next comes too late.
  do await send({});
  while (now % (60 * second) !== 20 * second);
  for (let n = 0; n < 12; n += 1) await send({});
  const onset = now;
  for (let n = 0; n < 18; n += 1) await send({ ahead: { node: "web-2", ms: 5 * second } });
  for (let n = 0; n < 18; n += 1) await send({});
  await look();
  const rows = await prisma.alert.findMany({ where: { firedAt: { gte: new Date(onset) } } });
  const found = rows.map(storedAlert).filter(({ subject }) => subject === "clock-offset:web-2");
  expect(found).toHaveLength(1);
  expect((found[0]?.firedAt ?? 0) - onset).toBeGreaterThan(0);
  expect((found[0]?.firedAt ?? 0) - onset).toBeLessThanOrEqual(60 * second);
}, 600_000);
