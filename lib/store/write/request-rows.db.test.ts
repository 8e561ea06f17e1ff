import { afterAll, beforeAll, expect, it } from "vitest";
import { ensurePartitions } from "@/lib/store/partitions";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { withTransaction } from "../database";
import { BareRequests } from "./bare-requests";
import { copyRequests } from "./copy";
import { Dictionary } from "./dictionary";
import { packRequest, type StoredRequest } from "./request-rows";
import { RowWriter } from "./row-writer";
import type { ShapeFields } from "./shapes";

const now = Date.UTC(2026, 10, 21, 12);
const id = "01234567-89ab-cdef-0000-000000000000";
const session = "fedcba98-7654-3210-fedc-ba9876543210";

const bareShape: ShapeFields = {
  source: 7,
  poolName: "shop",
  lbName: "edge",
  nodeName: "web-1",
  status: 200,
  backendStatus: 201,
  retries: 0,
  redispatched: false,
  upgrade: null,
  method: "GET",
  host: "shop.example",
  protocol: "HTTP/1.1",
  listener: "www",
  tlsProtocol: null,
  tlsCipher: null,
  presented: "web-1",
  inserted: null,
  persistenceState: "VN",
  termination: "--",
};
const bareRequest: StoredRequest = {
  hash: id.replaceAll("-", ""),
  session,
  startedAt: now,
  endedAt: now + 20,
  durationMs: 20,
  bytesIn: null,
  bytesOut: 512,
  seq: null,
  clientPort: 50_000,
  client: "10.0.0.1",
  path: "/cart",
  query: null,
  agent: null,
  odd: null,
  correlations: [],
  attempts: [],
};

let database: TestDatabase;
let dictionary: Dictionary;
const writer = new RowWriter();
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database.pool, now, now, now);
  dictionary = new Dictionary(database.pool);
});
afterAll(() => database.close());

/** Stores a request and reads it from the view. */
async function stored(
  request: Partial<StoredRequest>,
  fields: Partial<ShapeFields> = {},
): Promise<Record<string, unknown>> {
  const { pool } = database;
  const { shape, odd } = dictionary.shapes.find({ ...bareShape, ...fields });
  const row = packRequest(writer, { ...bareRequest, odd, ...request }, shape, dictionary.texts);
  await dictionary.shapes.learn(pool, dictionary);
  await dictionary.texts.learn(pool);
  await pool.query("TRUNCATE request_rows");
  const as = { session, tie: 1, starts: false, startEvent: false, hasKey: true } as const;
  await withTransaction(pool, (client) =>
    copyRequests(
      client,
      [{ request: { row, shape, written: request.session ?? null }, as }],
      new BareRequests(),
    ),
  );
  const { rows } = await pool.query("SELECT * FROM requests");
  expect(rows).toHaveLength(1);
  return rows[0];
}

it("gives back what was stored", async () => {
  expect(await stored({})).toMatchObject({
    session,
    started_at: now,
    id,
    ended_at: now + 20,
    duration_ms: 20,
    source: 7,
    status: 200,
    backend_status: 201,
    retries: 0,
    redispatched: false,
    upgrade: null,
    method: "GET",
    host: "shop.example",
    protocol: "HTTP/1.1",
    listener: "www",
    tls_protocol: null,
    presented: "web-1",
    inserted: null,
    persistence_state: "VN",
    termination: "--",
    bytes_in: null,
    bytes_out: 512,
    seq: null,
    client_port: 50_000,
    client: "10.0.0.1",
    path: "/cart",
    query: null,
    agent: null,
    correlations: null,
    attempts: null,
    tie: 1,
    starts: false,
    start_event: false,
    has_key: true,
  });
});

it.each<[string, Partial<StoredRequest>]>([
  ["nothing", { endedAt: null, durationMs: null, bytesOut: null, clientPort: null, client: null }],
  ["an end without a duration", { durationMs: null }],
  ["a duration without an end", { endedAt: null }],
  ["an end that is not start and duration", { endedAt: now + 20.125 }],
  ["microseconds", { startedAt: now + 0.123, endedAt: now + 1.456, durationMs: 1.333 }],
  ["a long time", { durationMs: 86_400_123.457, endedAt: now + 86_400_123.457 }],
  ["bytes beyond 32 bits", { bytesOut: 5_000_000_000, bytesIn: 7 }],
  ["port 0", { clientPort: 0 }],
  ["no path", { path: null, query: null }],
  ["an empty path", { path: "" }],
  ["a query alone", { path: null, query: "a=1" }],
  ["a path and a query", { path: "/search", query: "q=a?b&c={d}" }],
  ["an empty query", { path: "/search", query: "" }],
  ["a path with a question mark in it", { path: "/a?b", query: null }],
  ["such a path and a query", { path: "/a?b", query: "c" }],
  ["a path that looks like JSON", { path: '{"p":1}' }],
  ["a path that looks like an agent's id", { path: "@7 /a" }],
  ["letters of all kinds", { path: "/Grüße/\u{1f600}", agent: "Ünï/1.0" }],
  ["correlation IDs", { correlations: ["a b", 'c"d\\e', "{f,g}"] }],
  ["a place in the file", { seq: 123_456_789_012 }],
  ["an address of version 6", { client: "2001:db8::1" }],
])("gives back %s", async (_, request) => {
  const {
    startedAt,
    endedAt,
    durationMs,
    bytesIn,
    bytesOut,
    seq,
    clientPort,
    client,
    path,
    query,
    agent,
    correlations,
  } = { ...bareRequest, ...request };
  const row = await stored(request);
  expect(row).toMatchObject({
    started_at: startedAt,
    ended_at: endedAt,
    duration_ms: durationMs === null ? null : expect.closeTo(durationMs, durationMs > 1e6 ? -2 : 3),
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    seq,
    client_port: clientPort,
    client,
    path,
    query,
    agent,
    correlations: correlations.length > 0 ? correlations : null,
  });
});

it("gives back tries that tell more than the row, and no others", async () => {
  const attempts = [
    { node: "web-1", status: 502, durationMs: null },
    { node: "web-\ud800", status: 200, durationMs: 3.5 },
  ];
  expect((await stored({ attempts })).attempts).toEqual([
    attempts[0],
    { ...attempts[1], node: "web-\ufffd" },
  ]);
  expect(
    (await stored({ attempts: [{ node: "web-1", status: null, durationMs: null }] })).attempts,
  ).toBeNull();
});

it.each<[number, number | null, string | null, number | null]>([
  [20, 20, "web-1", 201],
  [20, 7, "web-1", 201],
  [100, 38, "web-1", 201],
  [100, 37, "web-1", 201],
  [20, 21, "web-1", 201],
  [20, 0.5, "web-1", 201],
  [20, null, "web-1", 201],
  [20, 20, "web-2", 201],
  [20, 20, "web-1", 500],
  [20, 20, "web-1", null],
])("gives back the only try of %d ms: %d ms, %s, %d", async (durationMs, own, node, status) => {
  const attempts = [{ node: node ?? "", status, durationMs: own }];
  const clientPort = 65_535;
  const row = await stored({ attempts, durationMs, endedAt: now + durationMs, clientPort });
  expect(row).toMatchObject({ attempts, client_port: clientPort, tie: 1 });
});

it("stores a path once that comes again and again, with the same answer", async () => {
  for (let n = 0; n < 6; n++) {
    const row = await stored({ path: "/often", query: "page=1", agent: "curl/8" });
    expect(row).toMatchObject({ path: "/often", query: "page=1", agent: "curl/8" });
  }
  const { rows } = await database.pool.query("SELECT rest, path > 0 AS known FROM request_rows");
  expect(rows).toEqual([{ rest: expect.stringMatching(/^@\d+ $/), known: true }]);
});

const oftenAgent = "Mozilla/5.0 (often)";
it.each<[string, Partial<StoredRequest>, RegExp]>([
  ["beside a port", { path: "/known" }, /^@\d+ $/],
  ["beside a port and a path that is rare", { path: "/rare", query: "a=@1 b" }, /^@\d+ \/rare/],
  ["beside a port and a place in the file", { path: "/known", seq: 7 }, /"u":\d+/],
  ["in the port's place", { path: "/known", clientPort: null }, /^$/],
  ["in the port's place, a path being rare", { path: "/rare/2", clientPort: null }, /^\/rare\/2$/],
  ["in the port's place, with a correlation ID", { clientPort: null, correlations: ["a"] }, /"c"/],
  ["where no end is known", { path: "/known", clientPort: null, endedAt: null }, /^@\d+ $/],
  ["where the end is another", { clientPort: null, endedAt: now + 7.5 }, /"u":\d+/],
])("gives back an agent by its id %s", async (_, request, form) => {
  for (let n = 0; n < 5; n++) await stored({ path: "/known", agent: oftenAgent });
  const row = await stored({ agent: oftenAgent, ...request });
  const { clientPort, path, query, seq, endedAt } = { ...bareRequest, ...request };
  expect(row).toMatchObject({
    agent: oftenAgent,
    client_port: clientPort,
    path,
    query,
    seq,
    ended_at: endedAt,
  });
  const { rows } = await database.pool.query("SELECT rest FROM request_rows");
  expect(rows[0].rest).toMatch(form);
});

it("gives back a path whose id takes 16 bits, and one beyond them", async () => {
  await database.pool.query(
    "INSERT INTO texts (id, value) VALUES (40000, '/p/40000?q'), (65535, '/p/65535'), (65536, '/p/65536')",
  );
  for (const path of ["/p/65535", "/p/65536"]) {
    for (let n = 0; n < 5; n++) await stored({ path });
    expect(await stored({ path })).toMatchObject({ path, query: null });
  }
  for (let n = 0; n < 5; n++) await stored({ path: "/p/40000", query: "q" });
  expect(await stored({ path: "/p/40000", query: "q" })).toMatchObject({
    path: "/p/40000",
    query: "q",
  });
  await database.pool.query("DELETE FROM texts WHERE id >= 40000");
});

it("stores a combination once, whichever process meets it first", async () => {
  const count = async () =>
    (await database.pool.query("SELECT count(*) AS n FROM shapes")).rows[0].n;
  await stored({});
  const before = await count();
  dictionary = new Dictionary(database.pool);
  await stored({});
  expect(await count()).toBe(before);
});

it("makes no shapes without end of what clients choose, and forgets none of it", async () => {
  const count = async () =>
    (await database.pool.query("SELECT count(*) AS n FROM shapes")).rows[0].n;
  for (let n = 0; n < 700; n++) dictionary.shapes.find({ ...bareShape, host: `host-${n}` });
  const row = await stored({}, { host: "host-of-an-attacker", presented: "odd\u0001value" });
  expect(row).toMatchObject({
    host: "host-of-an-attacker",
    presented: "odd\u0001value",
    method: "GET",
  });
  expect(await count()).toBeLessThan(520);
});

it("learns what many requests have in common while more lines are read", async () => {
  const { shapes } = dictionary;
  const first = shapes.find({ ...bareShape, lbName: "read-first", nodeName: "node-first" }).shape;
  const learning = shapes.learn(database.pool, dictionary);
  // Another delivery's lines, read while the database is asked for the first one's names.
  await new Promise((resolve) => setImmediate(resolve));
  const second = shapes.find({ ...bareShape, lbName: "read-later", nodeName: "node-later" }).shape;
  await learning;
  expect(first.id).toBeGreaterThan(0);
  await shapes.learn(database.pool, dictionary);
  expect(second.id).toBeGreaterThan(0);
  expect(second.lb).not.toBe(first.lb);
});
