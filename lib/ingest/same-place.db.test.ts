import { hash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, testIngestion } from "./ingestion.fixture";
import { lineHashed } from "./normalise";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
const source = { ...plainSource, name: "edge" };

function line(n: number, session: string, second = 1): string {
  const at = `21/Nov/2026:10:00:${String(second).padStart(2, "0")}.123`;
  return `10.0.0.1:50000 [${at}] www shop/app1 0/0/1/5/6 200 512 JSESSIONID=${session} - --VN 1/1/1/1/0 0/0 "GET /${n} HTTP/1.1"`;
}

/** The 32 bits that PostgreSQL's `hashint8` makes of an id before it mixes them. */
function folded(text: string): number {
  const digest = Buffer.from(hash("sha256", lineHashed(source.name, text, 0), "hex"), "hex");
  const high = digest.readInt32BE(0);
  return digest.readInt32BE(4) ^ (high < 0 ? ~high : high);
}

/** Two lines of one session that have one place in the key: found as any two with one birthday are. */
function twins(session: string): [string, string] {
  const met = new Map<number, number>();
  for (let n = 0; n < 1_000_000; n++) {
    const place = folded(line(n, session));
    const other = met.get(place);
    if (other !== undefined) return [line(other, session), line(n, session)];
    met.set(place, n);
  }
  throw new Error("no two lines of a million have one place");
}

let database: TestDatabase;
let ingestion: Ingestion;
const [first, second] = twins("one");
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("TRUNCATE request_rows, sessions");
  ingestion = testIngestion(database.pool, () => now);
});

const send = (...lines: string[]) =>
  ingestion.logs(source, { chunks: body(lines.join("\n")), encoding: null });
const sum = async () =>
  (
    await database.pool.query(
      "SELECT count(DISTINCT path)::integer AS paths, count(*)::integer AS n FROM requests",
    )
  ).rows[0];
const others = (count: number) => Array.from({ length: count }, (_, n) => line(-1 - n, `s${n}`));

it("stores two requests that have one place in the key, together or one after the other", async () => {
  expect(await send(first, second)).toMatchObject({ accepted: 2, duplicates: 0 });
  expect(await sum()).toEqual({ paths: 2, n: 2 });
  await database.pool.query("TRUNCATE request_rows, sessions");
  expect(await send(second)).toMatchObject({ accepted: 1 });
  expect(await send(first)).toMatchObject({ accepted: 1, duplicates: 0 });
  expect(await sum()).toEqual({ paths: 2, n: 2 });
});

it("counts them once each, however often they are sent", async () => {
  await send(first, second);
  expect(await send(second)).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await send(second, first)).toMatchObject({ accepted: 0, duplicates: 2 });
  expect(await send(first)).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await sum()).toEqual({ paths: 2, n: 2 });
});

it("stores them among thousands of others, which are not looked up first", async () => {
  expect(await send(...others(2000), first, second)).toMatchObject({ accepted: 2002 });
  expect(await send(...others(2000), second, line(7, "two"))).toMatchObject({
    accepted: 1,
    duplicates: 2001,
  });
  expect(await sum()).toMatchObject({ n: 2003 });
  const { rows } = await database.pool.query(
    "SELECT requests FROM sessions ORDER BY requests DESC LIMIT 1",
  );
  expect(rows).toEqual([{ requests: 2 }]);
});

it("stores one whose places others have both, and counts it once", async () => {
  const request = line(1, "three");
  await send(line(2, "three"));
  // Two more of its session, by hand: PostgreSQL hashes an id's halves folded into one.
  for (const place of [folded(request), ~folded(request)])
    await database.pool.query(
      `INSERT INTO request_rows (session, started_at, id, shape, marks, duration, bytes, path, client, rest)
       SELECT session, started_at, ($1::bigint & 4294967295), shape, marks, duration, bytes, path, client, '/by-hand'
       FROM request_rows WHERE rest = '/2'`,
      [place],
    );
  expect(await send(request)).toMatchObject({ accepted: 1, duplicates: 0 });
  expect(await send(request, line(3, "three"))).toMatchObject({ accepted: 1, duplicates: 1 });
  expect(await send(line(3, "three"), request)).toMatchObject({ accepted: 0, duplicates: 2 });
  const { rows } = await database.pool.query(
    "SELECT path, count(*)::integer AS n FROM requests GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { path: "/1", n: 1 },
    { path: "/2", n: 1 },
    { path: "/3", n: 1 },
    { path: "/by-hand", n: 2 },
  ]);
});
