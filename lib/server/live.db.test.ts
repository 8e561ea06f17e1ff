import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { StreamEvent } from "@/lib/schemas/stream";
import { connectionOptions } from "@/lib/store/database";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { emptyTick, LiveHub } from "./live-hub";
import { LiveRelay } from "./live-relay";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A server process' hub and relay, and what its screens saw. */
async function serverProcess() {
  const hub = new LiveHub({ now: () => 0, after: () => () => {} });
  const seen: StreamEvent[] = [];
  const clients: pg.Client[] = [];
  hub.subscribe({ pool: null }, (event) => seen.push(event));
  const relay = new LiveRelay(hub, {
    connect: async () => {
      const client = new pg.Client(connectionOptions(database.url, "live test"));
      await client.connect();
      clients.push(client);
      return client;
    },
    notify: async (channel, payload) => {
      await database.pool.query("SELECT pg_notify($1, $2)", [channel, payload]);
    },
    warn: () => {},
  });
  await relay.start();
  return { hub, relay, seen, clients };
}

const tick = (requests: number) => ({ ...emptyTick(0), requests, pools: ["checkout"] });

describe("the relay between server processes", () => {
  it("shows at every process what was committed at one, once, and not back at the one that told", async () => {
    const [a, b, c] = [await serverProcess(), await serverProcess(), await serverProcess()];
    a.hub.publish([tick(7)]);
    a.hub.relay?.([tick(7)]);
    await vi.waitFor(() => expect([b.seen.length, c.seen.length]).toEqual([1, 1]));
    b.hub.relay?.([tick(8)]);
    await vi.waitFor(() => expect([a.seen.length, c.seen.length]).toEqual([2, 2]));
    expect(a.seen).toEqual([tick(7), tick(8)]);
    expect(b.seen).toEqual([tick(7)]);
    for (const one of [a, b, c]) await one.relay.stop();
  });

  it("is stopped while it connects, and does not mind that the connection breaks as it is ended", async () => {
    const client = new pg.Client(connectionOptions(database.url, "live test"));
    client.end = () => {
      client.emit("error", new Error("terminating connection"));
      return Promise.resolve();
    };
    let arrive = (_: pg.Client) => {};
    const relay = new LiveRelay(new LiveHub({ now: () => 0, after: () => () => {} }), {
      connect: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
      notify: async () => {},
      warn: () => {},
    });
    const started = relay.start();
    await relay.stop();
    arrive(client);
    await expect(started).resolves.toBeUndefined();
  });

  it("comes back by itself after a lost connection, and has its screens ask again", async () => {
    const [a, b] = [await serverProcess(), await serverProcess()];
    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'live test' AND datname = current_database()",
    );
    await vi.waitFor(
      () => {
        expect(b.seen).toContainEqual(expect.objectContaining({ type: "tick", pools: [] }));
        expect(a.seen.length).toBeGreaterThan(0);
      },
      { timeout: 10_000 },
    );
    a.hub.relay?.([tick(9)]);
    await vi.waitFor(() => expect(b.seen).toContainEqual(tick(9)));
    for (const one of [a, b]) await one.relay.stop();
  });
});
