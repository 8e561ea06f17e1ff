import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Leadership } from "./leader";

const lock = 77_001;

let database: TestDatabase;
const begun: Leadership[] = [];
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const one of begun.splice(0)) await one.stop();
  await database.close();
});

/** A process that wants to lead, and what it did. */
function candidate() {
  const did: string[] = [];
  const told: string[] = [];
  const backends: number[] = [];
  const leadership = new Leadership({
    lock,
    everyMs: 20,
    connect: async () => {
      const client = new pg.Client(database.pool.options);
      await client.connect();
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      backends.push(rows[0]?.pid ?? 0);
      return client;
    },
    lead: () => {
      did.push("begin");
      return async () => {
        did.push("end");
      };
    },
    warn: (message) => told.push(message),
  });
  begun.push(leadership);
  return { leadership, did, told, backends };
}

it("one of several leads; when it stops, another takes over", async () => {
  const [first, second] = [candidate(), candidate()];
  await first.leadership.start();
  await second.leadership.start();
  expect([first.did, second.did]).toEqual([["begin"], []]);
  await first.leadership.stop();
  await vi.waitFor(() => expect(second.did).toEqual(["begin"]));
  expect(first.did).toEqual(["begin", "end"]);
});

it("a leader that loses its connection ends its work, and somebody leads again", async () => {
  const [first, second] = [candidate(), candidate()];
  await first.leadership.start();
  await second.leadership.start();
  await database.pool.query("SELECT pg_terminate_backend($1)", [first.backends[0]]);
  await vi.waitFor(() => expect([...first.did, ...second.did]).toHaveLength(3));
  expect(first.did.slice(0, 2)).toEqual(["begin", "end"]);
  expect(first.told).toHaveLength(1);
  expect([first.leadership.isLeading, second.leadership.isLeading].filter(Boolean)).toHaveLength(1);
});
