import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicId } from "@/lib/domain/session-key";
import { bounceGroupsQuery } from "@/lib/schemas/lists";
import { bouncesQuery, lossesQuery, sessionListSchema, sessionsQuery } from "@/lib/schemas/results";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { bounces, groupedBounces } from "./bounces";
import { losses } from "./losses";
import {
  addBounce,
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
import { sessions } from "./sessions";

let database: TestDatabase;
const worst = uuid("cafe0001");
const lost = uuid("cafe0002");
const explained = uuid("beef0003");
const healthy = uuid("beef0004");
const old = uuid("beef0005");

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addPool(db, 2, "portal");
  await addLb(db, 1, "edge-1");
  await addNode(db, 1, 1, "web-01");
  await addNode(db, 2, 1, "web-02");
  await addNode(db, 3, 1, "10.0.0.2:80", 2);
  await addSession(db, {
    session: worst,
    first: ago(3000),
    last: ago(100),
    requests: 20,
    bounces: 3,
    unexplained: 2,
    returns: 1,
    pingPong: true,
    nodes: [1, 2, 3],
    cause: "no-affinity",
    client: "198.51.100.9",
  });
  const first = { session: worst, at: ago(2000), previousAt: ago(2100), from: 1, to: 3 };
  await addBounce(db, { ...first, cause: "no-affinity", class: "routing" });
  const second = { session: worst, at: ago(1000), previousAt: ago(1200), from: 2, to: 1 };
  await addBounce(db, { ...second, cause: "no-affinity", class: "routing", isReturn: true });
  const third = { session: worst, at: ago(500), previousAt: ago(500), from: 1, to: 2 };
  await addBounce(db, { ...third, cause: "failover", class: "infrastructure" });
  await addSession(db, { session: lost, first: ago(900), last: ago(800), losses: 1, nodes: [2] });
  await addLoss(db, { session: lost, at: ago(850), node: "10.0.0.2:80", lostTo: "storage" });
  await addSession(db, {
    session: explained,
    first: ago(700),
    last: ago(600),
    bounces: 1,
    nodes: [1, 2],
  });
  const moved = await addBounce(db, {
    session: explained,
    at: ago(650),
    from: 1,
    to: 2,
    cause: "failover",
    class: "infrastructure",
  });
  await addRequest(db, { session: explained, at: ago(650), id: moved, path: "/checkout/pay" });
  await addSession(db, { session: healthy, first: ago(300), last: ago(200), requests: 50 });
  await addSession(db, { session: healthy, pool: 2, first: ago(300), last: ago(250), nodes: [] });
  await addSession(db, { session: old, first: ago(9000), last: ago(8000), unexplained: 9 });
});
afterAll(() => database.close());

const ask = async (given: Record<string, string | number> = {}) =>
  sessionListSchema.parse(
    await sessions(database.pool, sessionsQuery.parse({ pool: "checkout", ...given }), now),
  );
const ids = async (given: Record<string, string | number> = {}) =>
  (await ask(given)).items.map((item) => item.id);
const [w, l, e, h] = [worst, lost, explained, healthy].map(publicId);

describe("the list of sessions", () => {
  it("begins with the worst: unexplained bounces and losses before explained ones before none", async () => {
    expect(await ids()).toEqual([w, l, e, h]);
  });

  it("can be ordered by time, by losses and by requests", async () => {
    expect(await ids({ sort: "latest" })).toEqual([w, h, e, l]);
    expect((await ids({ sort: "lost" }))[0]).toBe(l);
    expect((await ids({ sort: "requests" }))[0]).toBe(h);
  });

  it("gives the same list page by page", async () => {
    for (const sort of ["worst", "latest", "lost", "requests"]) {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const given: Record<string, string | number> = { sort, limit: 1 };
        if (cursor !== null) given.cursor = cursor;
        const page: Awaited<ReturnType<typeof ask>> = await ask(given);
        found.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(found).toEqual(await ids({ sort }));
    }
  });

  it("refuses a cursor of its own making", async () => {
    await expect(ask({ cursor: "bm9uc2Vuc2U" })).rejects.toThrow(/Cursor/);
  });

  it("keeps those with a cause, a node under any of its names, a client or network, a loss, a ping-pong", async () => {
    expect(await ids({ cause: "no-affinity" })).toEqual([w]);
    expect(await ids({ cause: "failover" })).toEqual([w, e]);
    expect(await ids({ node: "web-02" })).toEqual([w, l, e]);
    expect(await ids({ node: "10.0.0.2:80" })).toEqual([w, l, e]);
    expect(await ids({ node: "web-99" })).toEqual([]);
    expect(await ids({ client: "198.51.100.9" })).toEqual([w]);
    expect(await ids({ client: "198.51.100.0/24" })).toEqual([w]);
    expect(await ids({ lost: "true" })).toEqual([l]);
    expect(await ids({ pingPong: "true" })).toEqual([w]);
    expect(await ids({ bounced: "true" })).toEqual([w, e]);
    await expect(ask({ client: "not an address" })).rejects.toThrow(/client/);
  });

  it("finds by the beginning of an id, by address and by a part of a node's name", async () => {
    expect(await ids({ q: "cafe" })).toEqual([w, l]);
    expect(await ids({ q: w ?? "" })).toEqual([w]);
    expect(await ids({ q: "198.51.100.9" })).toEqual([w]);
    expect(await ids({ q: "EB-02" })).toEqual([w, l, e]);
    expect(await ids({ q: "nothing like it" })).toEqual([]);
  });

  it("tells each session's way over the nodes under their right names", async () => {
    const [first, second] = (await ask()).items;
    expect(first?.nodes).toEqual(["web-01", "web-02"]);
    expect(first?.journey.map((stay) => stay.node)).toEqual([
      "web-01",
      "web-02",
      "web-01",
      "web-02",
    ]);
    expect(first?.journey[0]).toMatchObject({
      from: new Date(ago(3000)).toISOString(),
      to: new Date(ago(2100)).toISOString(),
    });
    expect(first?.lastBounce).toBe(new Date(ago(500)).toISOString());
    expect(second?.journey).toHaveLength(1);
    expect(second?.lastBounce).toBeNull();
  });

  it("has a row for each pool that a session was in, also where no node served it", async () => {
    const all = sessionListSchema.parse(
      await sessions(database.pool, sessionsQuery.parse({}), now),
    );
    const rows = all.items.filter((item) => item.id === h);
    expect(rows.map((row) => row.pool).sort()).toEqual(["checkout", "portal"]);
    expect(rows.find((row) => row.pool === "portal")?.journey).toEqual([]);
  });
});

describe("searching the list of sessions", () => {
  it("finds by several ids, a path and a balancer's name, and keeps those of a balancer", async () => {
    expect(await ids({ q: `${w} ${h}` })).toEqual([w, h]);
    expect(await ids({ q: `${w} nonsense` })).toEqual([]);
    expect(await ids({ q: "/checkout" })).toEqual([e]);
    expect(await ids({ q: "/check%ut" })).toEqual([]);
    expect(await ids({ q: "*/pay" })).toEqual([e]);
    expect(await ids({ q: "EDGE" })).toEqual([w, l, e, h]);
    expect(await ids({ lb: "edge-1" })).toEqual([w, l, e, h]);
    expect(await ids({ lb: "edge-9" })).toEqual([]);
  });
});

describe("the list of bounces", () => {
  const list = async (given: Record<string, string | number> = {}) =>
    bounces(database.pool, bouncesQuery.parse({ pool: "checkout", ...given }), now);

  it("is newest first, names resolved, page by page", async () => {
    const all = await list();
    expect(all.items.map((bounce) => `${bounce.from} ${bounce.to}`)).toEqual([
      "web-01 web-02",
      "web-01 web-02",
      "web-02 web-01",
      "web-01 web-02",
    ]);
    const first = await list({ limit: 3 });
    const rest = await list({ limit: 3, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect(rest.nextCursor).toBeNull();
  });

  it("keeps those of a cause, a node, a session or a balancer", async () => {
    expect((await list({ cause: "no-affinity" })).items).toHaveLength(2);
    expect((await list({ node: "10.0.0.2:80" })).items).toHaveLength(4);
    expect((await list({ session: e ?? "" })).items).toHaveLength(1);
    expect((await list({ session: "zzz" })).items).toEqual([]);
    expect((await list({ lb: "edge-1" })).items).toHaveLength(4);
    expect((await list({ lb: "edge-9" })).items).toEqual([]);
    expect((await list({ pool: "portal" })).items).toEqual([]);
  });

  it("keeps those from a node or to one, of a class, of lost sessions, and may begin with the oldest", async () => {
    expect((await list({ fromNode: "web-02" })).items).toHaveLength(1);
    expect((await list({ fromNode: "web-01", toNode: "10.0.0.2:80" })).items).toHaveLength(3);
    expect((await list({ class: "infrastructure" })).items).toHaveLength(2);
    expect((await list({ lost: "true" })).items).toEqual([]);
    const oldest = await list({ sort: "oldest", limit: 3 });
    const rest = await list({ sort: "oldest", limit: 3, cursor: oldest.nextCursor ?? "" });
    expect([...oldest.items, ...rest.items].reverse()).toEqual((await list()).items);
  });

  it("is searched by path, client, node and session, and tells each request's path", async () => {
    const { items } = await list({ q: "/checkout" });
    expect(items).toMatchObject([{ session: e, path: "/checkout/pay" }]);
    expect((await list({ q: "198.51.100.9" })).items).toHaveLength(3);
    expect((await list({ q: "web-02" })).items).toHaveLength(4);
    expect((await list({ q: e ?? "" })).items).toHaveLength(1);
    expect((await list({ q: "nothing like it" })).items).toEqual([]);
  });

  it("is counted by balancer, cause and move, nodes under their right names", async () => {
    const by = async (grouping: string, more: Record<string, string> = {}) =>
      (
        await groupedBounces(
          database.pool,
          bounceGroupsQuery.parse({ pool: "checkout", by: grouping, ...more }),
          now,
        )
      ).items;
    expect(await by("lb")).toMatchObject([
      { key: "edge-1", bounces: 4, unexplained: 2, sessions: 2 },
    ]);
    expect(await by("cause", { session: e ?? "" })).toMatchObject([{ key: "failover" }]);
    expect(await by("move")).toMatchObject([
      { key: "web-01", to: "web-02", bounces: 3 },
      { key: "web-02", to: "web-01", bounces: 1 },
    ]);
  });

  it("tells groups that are as large by name, whichever the database met first", async () => {
    const { pool: db } = database;
    await addPool(db, 3, "search");
    await addNode(db, 4, 3, "z-01");
    await addNode(db, 5, 3, "a-02");
    await addSession(db, {
      session: worst,
      pool: 3,
      first: ago(400),
      last: ago(300),
      nodes: [4, 5],
    });
    const move = { session: worst, pool: 3, cause: "no-affinity", class: "routing" };
    await addBounce(db, { ...move, at: ago(390), previousAt: ago(400), from: 4, to: 5 });
    await addBounce(db, { ...move, at: ago(380), previousAt: ago(390), from: 5, to: 4 });
    for (const by of ["move", "from", "to"]) {
      const query = bounceGroupsQuery.parse({ pool: "search", by });
      const { items } = await groupedBounces(db, query, now);
      expect(items.map(({ key }) => key)).toEqual(["a-02", "z-01"]);
    }
  });
});

describe("the list of losses", () => {
  it("tells what lost the session and where, the node by its right name", async () => {
    const { items } = await losses(database.pool, lossesQuery.parse({ pool: "checkout" }), now);
    expect(items).toMatchObject([{ session: l, node: "web-02", lostTo: "storage" }]);
  });

  it("keeps those on a node, by what lost them, and those searched for", async () => {
    const count = async (given: Record<string, string>) =>
      (await losses(database.pool, lossesQuery.parse({ pool: "checkout", ...given }), now)).items
        .length;
    expect(await count({ node: "web-02" })).toBe(1);
    expect(await count({ node: "web-01" })).toBe(0);
    expect(await count({ lostTo: "storage" })).toBe(1);
    expect(await count({ lostTo: "unproved" })).toBe(0);
    expect(await count({ q: l ?? "" })).toBe(1);
    expect(await count({ q: "web-02" })).toBe(1);
    expect(await count({ q: "/nowhere", sort: "oldest" })).toBe(0);
  });
});
