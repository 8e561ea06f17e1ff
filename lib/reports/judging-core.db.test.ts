import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { publicId, sessionUuid } from "@/lib/domain/session-key";
import type { Ingestion } from "@/lib/ingest/ingestion";
import { body, testIngestion, testSecret } from "@/lib/ingest/ingestion.fixture";
import { rulesOf } from "@/lib/ingest/source-rules";
import { type SourceInput, sourceInputSchema, sourceStatusSchema } from "@/lib/schemas/ingest";
import { nodeListSchema, poolListSchema } from "@/lib/schemas/pools";
import { timelineQuery } from "@/lib/schemas/results";
import { withTransaction } from "@/lib/store/database";
import { createPrisma } from "@/lib/store/prisma";
import { putSource } from "@/lib/store/sources";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { nodes } from "./nodes";
import { pools } from "./pools";
import { sources } from "./sources";
import { timeline } from "./timeline";

/** What the judging core knows, as the interface tells it, from lines that came in. */

const now = Date.UTC(2026, 10, 21, 12);
const start = Date.UTC(2026, 10, 21, 11, 30);

let database: TestDatabase;
let prisma: ReturnType<typeof createPrisma>;
let settler: Settler;
let ingestion: Ingestion;
beforeEach(async () => {
  database = await testDatabase();
  prisma = createPrisma(database.pool);
  const failures: unknown[] = [];
  settler = new Settler({
    pool: database.pool,
    now: () => now,
    onSettled: () => undefined,
    onError: (error) => failures.push(error),
  });
  ingestion = testIngestion(database.pool, () => now, {
    onWritten: (written) => {
      expect(failures).toEqual([]);
      settler.kick(written.named);
    },
  });
});
afterEach(async () => {
  await settler.stop();
  await prisma.$disconnect();
  await database.close();
});

/** Enters a source as the interface does. */
async function declare(name: string, rules: Partial<SourceInput>) {
  const { source } = await putSource(prisma, name, sourceInputSchema.parse(rules));
  const { rows } = await database.pool.query<{ id: number }>("SELECT id FROM pools");
  await withTransaction(database.pool, (client) =>
    markUnreviewed(
      client,
      rows.map(({ id }) => ({ pool: id, from: 0, to: now + 86_400_000 })),
    ),
  );
  settler.kick(rows.map(({ id }) => id));
  return rulesOf(source);
}

async function send(source: Awaited<ReturnType<typeof declare>>, lines: string[]): Promise<void> {
  const receipt = await ingestion.logs(source, { chunks: body(lines.join("\n")), encoding: null });
  expect(receipt.rejected).toBe(0);
}

const two = (n: number) => String(n).padStart(2, "0");

function haproxyDate(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(8, 10)}/Nov/2026:${iso.slice(11, 23)}`;
}

interface Line {
  at: number;
  node: string;
  sid: string;
  flags: string;
  id?: string;
  ms?: number;
  presented?: string;
}

function haproxy({ at, node, sid, flags, id, ms = 6 }: Line): string {
  const captured = id === undefined ? "" : ` {${id}}`;
  return `10.0.0.7:50000 [${haproxyDate(at)}] www shop/${node} 0/0/1/${ms - 1}/${ms} 200 512 sid=${sid} - ${flags} 1/1/1/1/0 0/0${captured} "GET /cart HTTP/1.1"`;
}

/** What NGINX says of a request in JSON. */
function nginx(at: number, node: string | undefined, sid: string, more: object = {}): string {
  return JSON.stringify({
    msec: (at / 1000).toFixed(3),
    remote_addr: "10.0.0.9",
    request: "GET / HTTP/1.1",
    status: 200,
    request_time: 0.01,
    upstream_addr: node,
    upstream_status: "200",
    cookie_sid: sid,
    ...more,
  });
}

/** Rules for what `haproxy` says, its captured ID among it. */
const correlated = {
  format: "haproxy-http",
  session: { cookie: "sid" },
  correlation: { field: "capture.req.hdr(0)" },
} as const;

async function timelineOf(sid: string) {
  const id = publicId(sessionUuid(testSecret, sid) ?? "");
  return await timeline(database.pool, id, timelineQuery.parse({}), now);
}

/** Ten clients of five requests each, that come back without a cookie as often as the flags say. */
function population(flagsOf: (client: number, step: number) => string, node = "app1"): string[] {
  return Array.from({ length: 50 }, (_, n) => {
    const client = Math.floor(n / 5);
    const step = n % 5;
    return haproxy({
      at: start + client * 7_000 + step * 1_000,
      node,
      sid: `client-${client}`,
      flags: flagsOf(client, step),
    });
  });
}

describe("the affinity as found", () => {
  it("says which share of responses never set the declared cookie, of the pool and of the source", async () => {
    const edge = await declare("edge", {
      format: "haproxy-http",
      lb: "lb-1",
      session: { cookie: "sid" },
      affinity: { method: "cookie", cookie: "SERVERID" },
    });
    await send(
      edge,
      population((client, step) => (step > 0 ? "--VN" : client < 4 ? "--NN" : "--NI")),
    );
    await settler.drain();
    const { items } = poolListSchema.parse(await pools(database.pool, now));
    const shop = items.find(({ name }) => name === "shop");
    const mismatch =
      "declared cookie SERVERID, 40 % of responses to clients without it never set it";
    expect(shop?.affinity).toEqual({
      method: "cookie",
      cookie: "SERVERID",
      declaredBy: "edge",
    });
    expect(shop?.found).toMatchObject([
      { lb: "lb-1", method: "cookie", cookie: "SERVERID", setShare: 0.6, mismatch, requests: 50 },
    ]);
    const told = sourceStatusSchema
      .array()
      .parse((await sources(prisma, database.pool, now)).items);
    expect(told[0]?.found).toMatchObject([
      { pool: "shop", lb: "lb-1", method: "cookie", mismatch },
    ]);
  });

  it("counts the requests that reached another node than their cookie names, and shows maps that disagree", async () => {
    const rules = { format: "auto", pool: "shop", session: { cookie: "sid" } } as const;
    const line = (lb: number, at: number, node: string, sid: string, cookie: string) =>
      nginx(at, node, sid, { remote_addr: `10.0.${lb}.9`, cookie_route: cookie });
    const first = await declare("first", {
      ...rules,
      lb: "lb-1",
      affinity: { method: "cookie", cookie: "route" },
    });
    const second = await declare("second", {
      ...rules,
      lb: "lb-2",
      affinity: { method: "cookie", cookie: "route" },
    });
    const steps = Array.from({ length: 20 }, (_, n) => n);
    await send(
      first,
      steps.map((n) =>
        line(1, start + n * 1000, n === 19 ? "10.1.0.2:80" : "10.1.0.1:80", `a${n % 4}`, "blue"),
      ),
    );
    await send(
      second,
      steps.map((n) => line(2, start + n * 1000, "10.1.0.2:80", `b${n % 4}`, "blue")),
    );
    await settler.drain();
    const { items } = poolListSchema.parse(await pools(database.pool, now));
    const shop = items.find(({ name }) => name === "shop");
    expect(shop?.found.map(({ lb, named, elsewhere }) => [lb, named, elsewhere])).toEqual([
      ["lb-1", 20, 1],
      ["lb-2", 20, 0],
    ]);
    expect(shop?.disagreements).toEqual([
      {
        value: "blue",
        nodes: [
          { lb: "lb-1", node: "10.1.0.1:80" },
          { lb: "lb-2", node: "10.1.0.2:80" },
        ],
      },
    ]);
  });
});

describe("what a source's log can prove", () => {
  it("follows from the fields really present, with the directive for the rest", async () => {
    const edge = await declare("edge", { format: "haproxy-http", session: { cookie: "sid" } });
    await declare("silent", { format: "nginx-combined" });
    await send(
      edge,
      population((_, step) => (step > 0 ? "--VN" : "--NI")),
    );
    await settler.drain();
    const { items } = await sources(prisma, database.pool, now);
    const [told, silent] = sourceStatusSchema.array().parse(items);
    expect(silent?.completeness).toBeNull();
    expect(told?.completeness?.proves).toContain("cookie-not-set");
    expect(told?.completeness?.proves).not.toContain("drain");
    expect(told?.completeness?.missing).toContainEqual({
      field: "nodeStates",
      causes: ["drain", "health-flap", "pool-change"],
      directive: "option log-health-checks, with the global log at level notice",
    });
    await send(edge, [
      "<129>Nov 21 11:31:00 lb haproxy[9]: Server shop/app1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
    ]);
    await settler.drain();
    const later = await sources(prisma, database.pool, now + 10_000);
    expect(later.items[0]?.completeness?.proves).toContain("drain");
  });

  it("is nothing where lines carry neither a session nor a correlation ID", async () => {
    const plain = await declare("plain", { format: "nginx-combined", pool: "web" });
    const at = new Date(now - 60_000).toISOString();
    await send(
      plain,
      [1, 2, 3].map(
        (n) =>
          `10.0.0.${n} - - [21/Nov/2026:${at.slice(11, 17)}${two(n)} +0000] "GET / HTTP/1.1" 200 5 "-" "curl"`,
      ),
    );
    await settler.drain();
    const { items } = await sources(prisma, database.pool, now);
    expect(items[0]?.completeness).toMatchObject({ score: 0, proves: [] });
    expect(items[0]?.completeness?.missing[0]).toMatchObject({
      field: "sessionKey",
      directive: "log_format … $cookie_NAME",
    });
  });
});

describe("declared names", () => {
  const addresses = ["10.2.0.1:80", "10.2.0.2:80"];
  const declared = [
    { name: "blue", addresses: ["10.2.0.1:80"] },
    { name: "green", addresses: ["10.2.0.2:80"] },
  ];
  const rules = { format: "auto", pool: "shop", lb: "lb-1", session: { cookie: "sid" } };
  const lines = Array.from({ length: 6 }, (_, n) =>
    nginx(start + n * 1000, addresses[n < 3 ? 0 : 1], "one"),
  );

  it.each(["before", "after"])(
    "win when they are given %s the lines, and a change by that name marks its node",
    async (when) => {
      const source = await declare(
        "edge",
        when === "before" ? { ...rules, nodes: declared } : rules,
      );
      await send(source, lines);
      await settler.drain();
      if (when === "after") {
        await declare("edge", { ...rules, nodes: declared });
        await settler.drain();
      }
      await ingestion.changes([
        {
          at: new Date(start + 2_500).toISOString(),
          kind: "node-drain",
          pool: "shop",
          node: "blue",
          title: "blue drains",
        },
      ]);
      await settler.drain();
      const found = await nodes(database.pool, { from: "now-1h", to: "now" }, now);
      expect(
        found.items.map(({ name, aliases, state }) => [name, aliases.map((a) => a.name), state]),
      ).toEqual([
        ["blue", ["10.2.0.1:80"], "drain"],
        ["green", ["10.2.0.2:80"], "unknown"],
      ]);
      const line = await timelineOf("one");
      expect(line.nodes.map(({ name }) => name)).toEqual(["blue", "green"]);
      expect(line.requests.map(({ node }) => node)).toEqual([
        "blue",
        "blue",
        "blue",
        "green",
        "green",
        "green",
      ]);
      expect(line.changes).toMatchObject([{ kind: "node-drain", node: "blue" }]);
      expect(line.bounces).toMatchObject([{ from: "blue", to: "green", cause: "drain" }]);
    },
  );

  it("leave what correlation IDs contradict as a conflict", async () => {
    const source = await declare("edge", {
      format: "haproxy-http",
      session: { cookie: "sid" },
      correlation: { field: "capture.req.hdr(0)" },
      nodes: [
        { name: "app1", addresses: [] },
        { name: "pod-1", addresses: [] },
      ],
    });
    const ids = Array.from({ length: 8 }, (_, n) => `request-number-${n}`);
    await send(
      source,
      ids.map((id, n) =>
        haproxy({ at: start + n * 1000, node: "app1", sid: "one", flags: "--VN", id }),
      ),
    );
    await ingestion.events({
      chunks: body(
        ids
          .map((correlationId, n) =>
            JSON.stringify({
              time: new Date(start + n * 1000 + 3_003).toISOString(),
              type: "session.retrieved",
              sessionId: "one",
              correlationId,
              node: "pod-1",
              pool: "shop",
            }),
          )
          .join("\n"),
      ),
      encoding: null,
    });
    await settler.drain();
    const found = nodeListSchema.parse(
      await nodes(database.pool, { from: "now-1h", to: "now" }, now),
    );
    expect(found.conflicts).toEqual([
      {
        pool: "shop",
        a: "app1",
        b: "pod-1",
        reason: "app1 and pod-1 share correlation IDs, but both are declared as nodes of their own",
      },
    ]);
    const app = found.items.find(({ name }) => name === "app1");
    expect(app?.clockSamples).toBe(8);
    expect(Math.abs((app?.clockOffsetMs ?? 0) - 3000)).toBeLessThanOrEqual(5);
    expect(app?.clockJitterMs).toBeLessThanOrEqual(5);
  });
});

describe("the node that a session's cookie names", () => {
  it("is learned from other sessions where no balancer says it, however often this one went elsewhere", async () => {
    const source = await declare("edge", {
      format: "auto",
      pool: "shop",
      session: { cookie: "sid" },
      affinity: { method: "cookie", cookie: "route" },
    });
    const asked = Array.from({ length: 24 }, (_, n) => ({ n, mine: n % 8 === 7 }));
    await send(
      source,
      asked.map(({ n, mine }) =>
        nginx(
          start + n * 1000,
          mine ? "10.1.0.2:80" : "10.1.0.1:80",
          mine ? "mine" : `other-${n % 3}`,
          { cookie_route: "blue" },
        ),
      ),
    );
    await settler.drain();
    const { requests } = await timelineOf("mine");
    expect(requests.map(({ node, intendedNode }) => [node, intendedNode])).toEqual(
      Array(3).fill(["10.1.0.2:80", "10.1.0.1:80"]),
    );
  });

  it("is the one that its value spells, though the balancer sent this session elsewhere each time", async () => {
    const source = await declare("edge", {
      format: "auto",
      pool: "shop",
      session: { cookie: "sid" },
      affinity: { method: "cookie", cookie: "route" },
      nodes: [
        { name: "web-1", addresses: ["10.1.0.1:80"] },
        { name: "web-2", addresses: ["10.1.0.2:80"] },
      ],
    });
    await send(
      source,
      Array.from({ length: 6 }, (_, n) =>
        n < 3
          ? nginx(start + n * 1000, "10.1.0.2:80", "mine", { cookie_route: "web-1" })
          : nginx(start + n * 1000, "10.1.0.1:80", "other"),
      ),
    );
    await settler.drain();
    const { requests } = await timelineOf("mine");
    expect(requests.map(({ node, intendedNode }) => [node, intendedNode])).toEqual(
      Array(3).fill(["web-2", "web-1"]),
    );
  });
});

describe("the clock of a session's node", () => {
  it("is known in its timeline, however many events other nodes' apps sent before", async () => {
    const source = await declare("edge", correlated);
    const asked = Array.from({ length: 240 }, (_, n) => ({
      at: start + n * 1000,
      node: n < 236 ? `app${n % 7}` : "app7",
      sid: n < 236 ? `other-${n % 7}` : "mine",
      id: `request-number-${n}`,
      flags: "--VN",
    }));
    await send(source, asked.map(haproxy));
    const events = asked.map(({ at, node, sid, id }) =>
      JSON.stringify({
        time: new Date(at + (sid === "mine" ? 3_003 : 3)).toISOString(),
        type: "session.retrieved",
        sessionId: sid,
        correlationId: id,
        node,
        pool: "shop",
      }),
    );
    await ingestion.events({ chunks: body(events.join("\n")), encoding: null });
    await settler.drain();
    const { nodes: shown } = await timelineOf("mine");
    const mine = shown.find(({ name }) => name === "app7");
    expect(Math.abs((mine?.clockOffsetMs ?? 0) - 3000)).toBeLessThanOrEqual(5);
  });
});

describe("the clocks of two balancers", () => {
  it("are held against each other by requests that passed both", async () => {
    const outer = await declare("outer", { ...correlated, lb: "outer" });
    const inner = await declare("inner", { ...correlated, lb: "inner" });
    const hops = Array.from({ length: 20 }, (_, n) => ({
      at: start + n * 1000,
      id: `request-number-${n}`,
      sid: "one",
      flags: "--VN",
    }));
    await send(
      outer,
      hops.map((hop) => haproxy({ ...hop, node: "inner", ms: 20 })),
    );
    await send(
      inner,
      hops.map((hop) => haproxy({ ...hop, at: hop.at + 4 - 2_500, node: "app1", ms: 12 })),
    );
    await settler.drain();
    const found = await nodes(database.pool, { from: "now-1h", to: "now" }, now);
    expect(found.balancerClocks).toHaveLength(1);
    const [clock] = found.balancerClocks;
    expect(clock).toMatchObject({ lb: "inner", against: "outer", samples: 20 });
    expect(Math.abs((clock?.offsetMs ?? 0) + 2_500)).toBeLessThanOrEqual(10);
  });
});
