import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { correlationUuid } from "@/lib/domain/correlation-id";
import { publicId, sessionUuid } from "@/lib/domain/session-key";
import { snapshotSchema, timelineQuery, timelineSchema } from "@/lib/schemas/results";
import { timestampText } from "@/lib/store/database";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { exportFormat, exportOf } from "./export";
import { lookup } from "./lookup";
import {
  addBounce,
  addChange,
  addEvent,
  addLb,
  addLoss,
  addNode,
  addPool,
  addRequest,
  addSession,
  ago,
  now,
  uuid,
} from "./reports.fixture";
import { snapshot, takeSnapshot } from "./snapshots";
import { timeline } from "./timeline";

const secret = Buffer.from("a secret of this test");
const raw = "9f8e7d6c5b4a39281706f5e4d3c2b1a0";
const session = sessionUuid(secret, raw) ?? "";
const earlier = uuid("1111aaaa");
const later = uuid("2222bbbb");
const trace = "4bf92f3577b34da6a3ce929d0e0e4736";

let database: TestDatabase;
let third: string;
beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addPool(db, 2, "portal");
  await addLb(db, 1, "edge-1");
  await addNode(db, 1, 1, "web-01");
  await addNode(db, 2, 1, "web-02");
  await addNode(db, 3, 1, "shop-7f9c", 2);
  await addNode(db, 4, 2, "adm-01");

  // A login: the earlier session's request began this one.
  const login = await addRequest(db, { session: earlier, at: ago(1000), path: "/login" });
  await addRequest(db, { session, at: ago(1000), id: login, starts: true, path: "/login" });
  await addSession(db, { session: earlier, first: ago(1100), last: ago(1000) });
  await addRequest(db, { session, at: ago(990), presented: "web-01", correlations: [trace] });
  third = await addRequest(db, {
    session,
    at: ago(980),
    node: 2,
    presented: "web-01",
    status: 302,
    path: "/cart|`<b>`",
    correlations: ["two"],
    attempts: [
      { node: "web-01", status: 502, durationMs: 3 },
      { node: "shop-7f9c", status: 302, durationMs: 20 },
    ],
  });
  await addRequest(db, { session, at: ago(970), pool: 2, node: 4 });
  await addRequest(db, { session, at: ago(960), node: null, status: 503 });
  await addSession(db, {
    session,
    first: ago(1000),
    last: ago(960),
    requests: 4,
    bounces: 1,
    losses: 1,
    nodes: [1, 3],
    cause: "retry",
  });
  await addSession(db, {
    session,
    pool: 2,
    first: ago(970),
    last: ago(970),
    requests: 1,
    nodes: [4],
  });
  await addBounce(db, {
    session,
    at: ago(980),
    id: third,
    from: 1,
    to: 2,
    cause: "retry",
    class: "infrastructure",
  });
  await addLoss(db, { session, at: ago(979), node: "shop-7f9c", lostTo: "routing" });
  await addEvent(db, {
    session,
    at: ago(989),
    type: "session.retrieved",
    correlation: trace,
    node: "pod-a",
  });
  await addEvent(db, {
    session,
    at: ago(979),
    type: "session.missing",
    correlation: "two",
    node: "shop-7f9c",
  });
  await addEvent(db, { session: later, at: ago(978), type: "session.created", previous: session });
  await addSession(db, { session: later, first: ago(978), last: ago(900) });
  await addChange(db, {
    at: ago(5000),
    kind: "node-down",
    node: "shop-7f9c",
    title: "web-02 is down",
  });
  await addChange(db, { at: ago(1010), kind: "node-up", node: "web-02", title: "web-02 is up" });
  await addChange(db, { at: ago(5000), kind: "deploy", title: "long before" });
  await db.query("INSERT INTO request_correlations VALUES ($1, $2, $3, $4)", [
    correlationUuid(secret, trace),
    timestampText(ago(990)),
    uuid(),
    session,
  ]);
});
afterAll(() => database.close());

const id = publicId(session);
const ask = async (given: Record<string, string | number> = {}, of = id) =>
  timelineSchema.parse(await timeline(database.pool, of, timelineQuery.parse(given), now));

describe("a session's timeline", () => {
  it("is the whole session over all its pools, under that with most requests", async () => {
    const { session: whole } = await ask();
    expect(whole).toMatchObject({ id, pool: "checkout", requests: 5, bounces: 1, lost: 1 });
    expect(whole.nodes).toEqual(["web-01", "web-02", "adm-01"]);
    expect(whole.lastSeen).toBe(new Date(ago(960)).toISOString());
  });

  it("lists requests in order, with the one that began it at its head", async () => {
    const { requests, truncated } = await ask();
    expect(requests.map((request) => request.node)).toEqual([
      "web-01",
      "web-01",
      "web-02",
      "adm-01",
      null,
    ]);
    expect(requests.map((request) => request.starts)).toEqual([true, false, false, false, false]);
    expect(truncated).toBe(false);
  });

  it("resolves the nodes that were tried, and tells which node the cookie named", async () => {
    const { requests } = await ask();
    expect(requests[2]?.attempts.map((attempt) => attempt.node)).toEqual(["web-01", "web-02"]);
    expect(requests.map((request) => request.intendedNode)).toEqual([
      null,
      "web-01",
      "web-01",
      null,
      null,
    ]);
    expect(requests[4]?.attempts).toEqual([]);
  });

  it("ties events to their requests and tells the app's node in both words", async () => {
    const { events, requests } = await ask();
    expect(events).toMatchObject([
      { type: "session.retrieved", reportedNode: "pod-a", node: "web-01" },
      { type: "session.missing", reportedNode: "shop-7f9c", node: "web-02" },
    ]);
    expect(events.map((event) => event.requestId)).toEqual([requests[1]?.id, requests[2]?.id]);
  });

  it("offers the sessions before and after", async () => {
    const found = await ask();
    expect(found.before).toBe(publicId(earlier));
    expect(found.after).toBe(publicId(later));
    expect((await ask({}, publicId(earlier))).after).toBe(id);
    const end = await ask({}, publicId(later));
    expect(end.before).toBe(id);
    expect(end.after).toBeNull();
  });

  it("shows changes near it, and of those before only the last word on its nodes", async () => {
    const { changes, nodes } = await ask();
    expect(changes.map((change) => change.title)).toEqual(["web-02 is down", "web-02 is up"]);
    expect(changes[0]?.node).toBe("web-02");
    expect(nodes.map((node) => [node.name, node.ordinal])).toEqual([
      ["web-01", 0],
      ["web-02", 1],
      ["adm-01", 0],
    ]);
    expect(nodes[1]).toMatchObject({
      state: "up",
      stateSince: new Date(ago(1010)).toISOString(),
      aliases: [{ name: "shop-7f9c", by: "learned" }],
    });
  });

  it("says when it is cut off", async () => {
    const found = await ask({ limit: 2 });
    expect(found.requests).toHaveLength(2);
    expect(found.truncated).toBe(true);
    const part = await ask({ from: String(ago(985)), to: String(ago(965)) });
    expect(part.requests.map((request) => request.node)).toEqual(["web-02", "adm-01"]);
  });

  it("is not found under an id that nobody has, or under a raw session ID", async () => {
    for (const wrong of ["0000000000000000", "short", raw])
      await expect(ask({}, wrong)).rejects.toMatchObject({ status: 404 });
  });
});

describe("a lookup", () => {
  const find = async (value: string) => {
    const { items } = await lookup(database.pool, secret, value);
    return items.map((item) => `${item.id} ${item.pool}`);
  };
  const both = [`${id} checkout`, `${id} portal`];

  it("finds by raw session ID, own id, correlation ID in any dress, and client address", async () => {
    expect(await find(raw)).toEqual(both);
    expect(await find(` ${id} `)).toEqual(both);
    expect(await find(id.slice(0, 12))).toEqual(both);
    expect(await find(`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`)).toEqual(both);
    expect(await find("203.0.113.7")).toContain(both[0]);
    expect(await find("192.0.2.1")).toEqual([]);
    expect(await find("nobody's session")).toEqual([]);
  });

  it("gives the session, never its raw ID", async () => {
    expect(JSON.stringify(await lookup(database.pool, secret, raw))).not.toContain(raw);
  });
});

describe("an export", () => {
  it("is Markdown that tells the hop, its cause and its proof, with what logs hold as text", async () => {
    const { text, type } = exportOf(await ask(), "md");
    expect(type).toContain("text/markdown");
    expect(text).toContain("Hop 1 of 1: web-01 to web-02");
    expect(text).toContain("**retry** (infrastructure), certain (90%)");
    expect(text).toContain("Bounced **1 time across 3 nodes** in 40 s.");
    expect(text).not.toContain("<b>");
    expect(text).toContain("GET /cart\\|\\`&lt;b>\\`");
  });

  it("is the same JSON as the interface's", async () => {
    const told = await ask();
    expect(JSON.parse(exportOf(told, "json").text)).toEqual(told);
  });

  it("is an SVG picture with a lane for each node and the hop between", async () => {
    const { text } = exportOf(await ask(), "svg");
    expect(text.startsWith("<svg")).toBe(true);
    expect(text).toContain(">web-01</text>");
    expect(text).toContain("retry: web-01 to web-02");
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it("is in the format named, else in one that the caller accepts, and declines what is not written", () => {
    expect(() => exportFormat("gif", null)).toThrow(expect.objectContaining({ status: 406 }));
    expect(exportFormat(null, "image/png,*/*;q=0.5")).toBe("png");
    expect(exportFormat(null, "*/*")).toBe("md");
  });
});

describe("a snapshot", () => {
  it("stays as it was when the session is gone", async () => {
    const given = { sessionId: id, note: "  INC-42 " };
    const taken = snapshotSchema.parse(await takeSnapshot(database.pool, given, now));
    expect(taken.note).toBe("INC-42");
    await database.pool.query("DELETE FROM request_rows WHERE session = $1", [session]);
    await database.pool.query("DELETE FROM sessions WHERE session = $1", [session]);
    expect(snapshotSchema.parse(await snapshot(database.pool, taken.id))).toEqual(taken);
    await expect(ask()).rejects.toMatchObject({ status: 404 });
    await expect(snapshot(database.pool, "none")).rejects.toMatchObject({ status: 404 });
  });
});
