import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisStore } from "connect-redis";
import express from "express";
import session from "express-session";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "@/e2e/lab/ports";
import { SessionReporter } from "@/lib/app-side/hopwatch";
import { sessionUuid } from "@/lib/domain/session-key";
import { testIngestion, testSecret } from "@/lib/ingest/ingestion.fixture";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";

declare module "express-session" {
  interface SessionData {
    cart: number;
  }
}

// A real app with a real Redis, and what it does to its sessions as it stands in the database.
const folder = mkdtempSync(join(tmpdir(), "hopwatch-apps-"));
const servers: Server[] = [];
let database: TestDatabase;
let redisServer: ChildProcess;
let client: ReturnType<typeof createClient>;
let reporter: SessionReporter;
let shop: string;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

beforeAll(async () => {
  database = await testDatabase();
  const ingestion = testIngestion(database.pool, () => Date.now());
  const url = await listening(
    createServer(async (request, response) => {
      const receipt = await ingestion.events({ chunks: request, encoding: null });
      response.end(JSON.stringify(receipt));
    }),
  );
  const port = await freePort();
  const settings = ["--bind", "127.0.0.1", "--save", "", "--dir", folder];
  redisServer = spawn("redis-server", ["--port", String(port), ...settings], { stdio: "ignore" });
  client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 50 } });
  client.on("error", () => undefined);
  await client.connect();
  reporter = new SessionReporter({ url, key: "hw_test", node: "web-1", pool: "shop" });
  const app = express();
  app.use(reporter.middleware());
  app.use(
    session({
      store: reporter.store(new RedisStore({ client }), "redis"),
      secret: "s",
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.get("/cart", (request, response) => {
    request.session.cart = (request.session.cart ?? 0) + 1;
    response.json({ id: request.sessionID, cart: request.session.cart });
  });
  shop = await listening(createServer(app));
});
afterAll(async () => {
  await reporter?.close();
  client?.destroy();
  redisServer?.kill("SIGKILL");
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an Express app with its sessions in Redis", () => {
  it("leaves a trail of each session, its node, its store and its correlation IDs, and of its loss", async () => {
    const ask = (id: string, cookie = "") =>
      fetch(`${shop}/cart`, { headers: { cookie, "x-request-id": id } });
    const first = await ask("request-one");
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { id } = await first.json();
    expect((await (await ask("request-two", cookie)).json()).cart).toBe(2);
    await client.flushAll();
    const fresh = await (await ask("request-three", cookie)).json();
    expect(fresh.cart).toBe(1);
    await reporter.flush();

    const { rows } = await database.pool.query(
      `SELECT session, type, node, store, hit, correlation, previous_session AS previous,
              latency_ms > 0 AS timed
       FROM session_events ORDER BY at, type DESC`,
    );
    const before = sessionUuid(testSecret, id);
    const after = sessionUuid(testSecret, fresh.id);
    const common = { node: "web-1", store: "redis", timed: true };
    const own = { ...common, session: before, previous: null };
    expect(rows).toHaveLength(5);
    expect(rows).toEqual(
      expect.arrayContaining([
        { ...own, type: "session.created", hit: null, correlation: "request-one" },
        { ...own, type: "session.retrieved", hit: true, correlation: "request-two" },
        { ...own, type: "session.updated", hit: null, correlation: "request-two" },
        { ...own, type: "session.missing", hit: false, correlation: "request-three" },
        {
          ...common,
          session: after,
          previous: before,
          type: "session.created",
          hit: null,
          correlation: "request-three",
        },
      ]),
    );
  });
});
