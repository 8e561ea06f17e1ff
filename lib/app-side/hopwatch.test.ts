import { createServer, type Server } from "node:http";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import express from "express";
import session from "express-session";
import fastify from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { correlationIdOf, SessionReporter } from "./hopwatch";
import { EventTaker } from "./testing/event-taker";

declare module "express-session" {
  interface SessionData {
    cart: number;
  }
}

declare module "fastify" {
  interface Session {
    cart: number;
  }
}

let house: EventTaker;
let taken: EventTaker["taken"];
let url: string;
const open: Server[] = [];

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  open.push(server);
  return `http://127.0.0.1:${address.port}`;
}

beforeEach(async () => {
  house = new EventTaker();
  await house.start();
  ({ taken, url } = house);
});
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await house.stop();
});

const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";

function shop(reporter: SessionReporter, store: session.Store) {
  const app = express();
  app.use(reporter.middleware());
  app.use(
    session({
      store: reporter.store(store, "memory"),
      secret: "s",
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.get("/cart", (request, response) => {
    request.session.cart = (request.session.cart ?? 0) + 1;
    response.json({ id: request.sessionID, cart: request.session.cart });
  });
  app.get("/look", (request, response) => {
    response.json({ cart: request.session.cart ?? null });
  });
  app.get("/login", (request, response) => {
    request.session.regenerate(() => {
      request.session.cart = 1;
      response.json({ id: request.sessionID });
    });
  });
  return createServer(app);
}

describe("Express with express-session", () => {
  it("tells of a session from its first request to its loss, with what ties it to the log", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test", node: "web-1", pool: "shop" });
    const store = new session.MemoryStore();
    const at = await listening(shop(reporter, store));
    const first = await fetch(`${at}/cart`, { headers: { "x-request-id": "req-1" } });
    const cookie = cookieOf(first);
    const { id } = await first.json();
    await fetch(`${at}/look`, { headers: { cookie, "x-request-id": "req-2" } });
    await new Promise((resolve) => store.clear(resolve));
    const after = await fetch(`${at}/cart`, { headers: { cookie, "x-request-id": "req-3" } });
    const fresh = await after.json();
    await reporter.flush();

    expect(
      taken.map(({ type, sessionId, correlationId, hit }) => [type, sessionId, correlationId, hit]),
    ).toEqual([
      ["session.created", id, "req-1", null],
      ["session.retrieved", id, "req-2", true],
      ["session.missing", id, "req-3", false],
      ["session.created", fresh.id, "req-3", null],
    ]);
    expect(taken[3]?.previousSessionId).toBe(id);
    for (const event of taken) {
      expect(event).toMatchObject({ node: "web-1", pool: "shop", store: "memory" });
      expect(event.latencyMs).toBeGreaterThanOrEqual(0);
    }
  });

  it("ties the session after a login to the one before", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test" });
    const at = await listening(shop(reporter, new session.MemoryStore()));
    const first = await fetch(`${at}/cart`);
    const before = await first.json();
    const login = await fetch(`${at}/login`, { headers: { cookie: cookieOf(first) } });
    const after = await login.json();
    await reporter.flush();
    expect(taken.map(({ type }) => type)).toEqual([
      "session.created",
      "session.retrieved",
      "session.destroyed",
      "session.created",
    ]);
    expect(taken[3]).toMatchObject({ sessionId: after.id, previousSessionId: before.id });
  });

  it("reports a store that fails as a loss with the error's name, and the app sees the same error", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test" });
    const store = new session.MemoryStore();
    const at = await listening(shop(reporter, store));
    const cookie = cookieOf(await fetch(`${at}/cart`));
    // express-session gives the error on; the app answers 500 as it did without the reporter.
    const wrapped = store.get;
    const failing = new session.MemoryStore();
    failing.get = (_id, callback) =>
      callback(Object.assign(new Error("secret text"), { code: "ECONNRESET" }));
    store.get = reporter.store(failing, "redis").get;
    const answered = await fetch(`${at}/look`, { headers: { cookie } });
    store.get = wrapped;
    await reporter.flush();
    expect(answered.status).toBe(500);
    expect(taken.at(-1)).toMatchObject({
      type: "session.missing",
      store: "redis",
      hit: false,
      attributes: { error: "ECONNRESET" },
    });
  });
});

describe("a Hopwatch that is away", () => {
  it("costs the app nothing: events wait, the newest are dropped and counted, and the rest comes later", async () => {
    house.mood = 503;
    const told: string[] = [];
    const reporter = new SessionReporter({
      url,
      key: "hw_test",
      most: 3,
      onTrouble: (message) => {
        told.push(message);
        throw new Error("a listener that fails");
      },
    });
    const at = await listening(shop(reporter, new session.MemoryStore()));
    for (let n = 0; n < 5; n++) expect((await fetch(`${at}/cart`)).status).toBe(200);
    await reporter.flush();
    expect(reporter.counts).toMatchObject({ waiting: 3, sent: 0, dropped: 2 });
    expect(told).toEqual(["the queue is full, events are dropped"]);
    house.mood = 200;
    await reporter.flush();
    expect(reporter.counts).toMatchObject({ waiting: 0, sent: 3, dropped: 2 });
    expect(taken).toHaveLength(3);
    await reporter.close();
  });

  it("drops what Hopwatch refuses, as sending it again would be of no use", async () => {
    const reporter = new SessionReporter({ url, key: "wrong" });
    reporter.report({ type: "session.missing", sessionId: "a" });
    await reporter.close();
    expect(reporter.counts).toMatchObject({ waiting: 0, sent: 0, dropped: 1 });
  });

  it("does not throw for an event that cannot be written down", () => {
    const reporter = new SessionReporter({ url, key: "hw_test" });
    expect(() =>
      reporter.report({ type: "session.missing", sessionId: "a", time: new Date(Number.NaN) }),
    ).not.toThrow();
    expect(reporter.counts.dropped).toBe(1);
  });
});

describe("a request with a body, whose handler runs once the body is there", () => {
  it("keeps its correlation ID in Express and in Fastify", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test" });
    const app = express();
    app.use(reporter.middleware());
    app.use(
      session({
        store: reporter.store(new session.MemoryStore(), "memory"),
        secret: "s",
        resave: false,
        saveUninitialized: false,
      }),
    );
    app.use(express.json());
    app.post("/cart", (request, response) => {
      request.session.cart = request.body.cart;
      response.json({});
    });
    const at = await listening(createServer(app));
    const headers = { "content-type": "application/json", "x-request-id": "express-body" };
    await fetch(`${at}/cart`, { method: "POST", headers, body: '{"cart":3}' });

    const other = fastify();
    await other.register(reporter.fastify());
    await other.register(fastifyCookie);
    await other.register(fastifySession, {
      secret: "a secret of at least thirty-two characters",
      cookie: { secure: false },
      saveUninitialized: false,
      store: reporter.store(new session.MemoryStore(), "memory"),
    });
    other.post("/cart", async (request) => {
      request.session.set("cart", 4);
      return {};
    });
    const place = await other.listen({ port: 0, host: "127.0.0.1" });
    await fetch(`${place}/cart`, {
      method: "POST",
      headers: { ...headers, "x-request-id": "fastify-body" },
      body: '{"cart":4}',
    });
    await reporter.flush();
    await other.close();
    expect(taken.map(({ type, correlationId }) => [type, correlationId])).toEqual([
      ["session.created", "express-body"],
      ["session.created", "fastify-body"],
    ]);
  });
});

describe("Fastify with @fastify/session", () => {
  it("tells of sessions with the request's trace", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test", node: "web-2" });
    const app = fastify();
    await app.register(reporter.fastify());
    await app.register(fastifyCookie);
    await app.register(fastifySession, {
      secret: "a secret of at least thirty-two characters",
      cookie: { secure: false },
      saveUninitialized: false,
      store: reporter.store(new session.MemoryStore(), "memory"),
    });
    app.get("/cart", async (request) => {
      request.session.set("cart", 1);
      return { id: request.session.sessionId };
    });
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const first = await app.inject({ url: "/cart", headers: { traceparent } });
    const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";
    await app.inject({ url: "/cart", headers: { cookie, "x-request-id": "req-9" } });
    await app.close();
    expect(taken.slice(0, 2)).toMatchObject([
      { type: "session.created", correlationId: traceparent, node: "web-2", store: "memory" },
      { type: "session.retrieved", correlationId: "req-9", hit: true },
    ]);
  });
});

describe("an app that reads its sessions itself, as Next.js apps do", () => {
  it("reports what was found, and lets results and errors through", async () => {
    const reporter = new SessionReporter({ url, key: "hw_test" });
    const headers = new Headers({ "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678" });
    const asked = { sessionId: "abc", headers, store: "redis" };
    expect(await reporter.observe(asked, async () => ({ user: 1 }))).toEqual({ user: 1 });
    expect(await reporter.observe(asked, async () => null)).toBeNull();
    await expect(
      reporter.observe(asked, async () => {
        throw new TypeError("gone");
      }),
    ).rejects.toThrow("gone");
    await reporter.observe({ ...asked, sessionId: undefined }, async () => null);
    await reporter.flush();
    expect(taken.map(({ type, attributes }) => [type, attributes?.error])).toEqual([
      ["session.retrieved", undefined],
      ["session.missing", undefined],
      ["session.missing", "TypeError"],
    ]);
    expect(new Set(taken.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  it("takes the header that the load balancer logs, where it is named", () => {
    const headers = { "x-request-id": "a", "x-trace": ["b"] };
    expect(correlationIdOf(headers)).toBe("a");
    expect(correlationIdOf(headers, "X-Trace")).toBe("b");
    expect(correlationIdOf({})).toBeNull();
  });
});
