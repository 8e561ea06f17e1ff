import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, floodLines, testIngestion } from "./ingestion.fixture";
import { plainSource } from "./source-rules.fixture";

let now = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
let ingestion: Ingestion;
let begun = 0;
/** Transactions that brought nothing of their own. */
let turns = 0;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now, {
    onStream: () => {
      begun += 1;
    },
    onWritten: ({ requests }) => {
      if (requests === 0) turns += 1;
    },
  });
});
afterAll(() => database.close());

const send = (from: number, to: number) =>
  ingestion.logs(
    { ...plainSource, name: "edge" },
    { chunks: body(floodLines(from, to)), encoding: null },
  );

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

async function count(query: string): Promise<number> {
  const { rows } = await database.pool.query(query);
  return Number(rows[0].n);
}

const ofSessions = () => count("SELECT sum(requests) AS n FROM sessions");
const waiting = () => count("SELECT count(*) AS n FROM session_gains");

it("deliveries that follow one another fast are answered once they are on disk, and their sessions follow", async () => {
  for (const [from, to] of [
    [0, 9000],
    [9000, 12_000],
  ] as const) {
    expect(await send(from, to)).toMatchObject({ accepted: to - from });
    expect(ingestion.isStream).toBe(false);
    expect(await ofSessions()).toBe(to);
  }

  expect(await send(12_000, 15_000)).toMatchObject({ accepted: 3000 });
  expect(await send(12_000, 18_000)).toMatchObject({ accepted: 3000, duplicates: 3000 });
  expect([ingestion.isStream, begun]).toEqual([true, 1]);
  expect(await waiting()).toBeGreaterThan(0);
  expect(await count("SELECT count(*) AS n FROM requests")).toBe(18_000);
  // A lone line among them does not wait for a turn.
  const lone = floodLines(0, 1).replace("S0", "ALONE");
  await ingestion.logs({ ...plainSource, name: "other" }, { chunks: body(lone), encoding: null });
  expect(await count("SELECT count(*) AS n FROM sessions WHERE requests = 1")).toBe(1);

  now += 3000;
  await ingestion.rest();
  expect([ingestion.isStream, begun]).toEqual([false, 1]);
  expect([await ofSessions(), await waiting()]).toEqual([18_001, 0]);

  expect(await send(18_000, 24_000)).toMatchObject({ accepted: 6000 });
  expect([await ofSessions(), await waiting()]).toEqual([24_001, 0]);
});

it("deliveries with pauses between them are no stream, whatever they come to", async () => {
  for (const at of [24_000, 33_000, 42_000, 51_000]) {
    now += 200;
    await send(at, at + 9000);
    expect(ingestion.isStream).toBe(false);
    expect([await ofSessions(), await waiting()]).toEqual([at + 9001, 0]);
  }
});

it("what is taken in is in the sessions' rows when ingestion comes to an end amid a stream", async () => {
  for (const at of [60_000, 72_000, 84_000]) await send(at, at + 12_000);
  expect(ingestion.isStream).toBe(true);
  await ingestion.idle();
  expect([await ofSessions(), await waiting()]).toEqual([96_001, 0]);
});

it("while a large delivery comes in, a quarter of the sessions at a time is given what it gained, by itself", async () => {
  const before = await ofSessions();
  const piece = (n: number) =>
    Buffer.from(`${floodLines(100_000 + n * 11_000, 111_000 + n * 11_000)}\n`);
  const [goOn, end] = [gate(), gate()];
  const sending = ingestion.logs(
    { ...plainSource, name: "edge" },
    {
      encoding: null,
      chunks: (async function* () {
        yield piece(0);
        await goOn.opened;
        yield piece(1);
        await end.opened;
      })(),
    },
  );
  // One row for each quarter.
  await expect.poll(waiting).toBe(4);
  expect(await ofSessions()).toBe(before);
  turns = 0;

  now += 1000;
  goOn.open();
  await expect.poll(() => turns).toBe(1);
  const gained = (await ofSessions()) - before;
  expect(gained).toBeGreaterThan(0);
  expect(gained).toBeLessThan(20_000 / 2);
  end.open();
  expect(await sending).toMatchObject({ accepted: 22_000 });
  await ingestion.idle();
  expect([(await ofSessions()) - before, await waiting()]).toEqual([22_000, 0]);
});

it("sessions that are given what they gained while more of them comes in end up with all of it, once", async () => {
  // Each transaction finds that a turn is due.
  const ticking = setInterval(() => {
    now += 100;
  }, 1);
  const sendAll = async (name: string) => {
    for (let at = 200_000; at < 230_000; at += 5000)
      await ingestion.logs(
        { ...plainSource, name },
        { chunks: body(floodLines(at, at + 6000)), encoding: null },
      );
  };
  turns = 0;
  try {
    await Promise.all(["one", "two", "three"].map(sendAll));
    await ingestion.idle();
  } finally {
    clearInterval(ticking);
  }
  expect(turns).toBeGreaterThan(4);
  expect(await waiting()).toBe(0);
  const { rows } = await database.pool.query(
    `SELECT s.session, s.requests, count(r.id) AS stored
     FROM sessions s LEFT JOIN requests r ON r.session = s.session AND r.pool = s.pool
     GROUP BY s.session, s.pool, s.requests HAVING s.requests <> count(r.id)`,
  );
  expect(rows).toEqual([]);
});
