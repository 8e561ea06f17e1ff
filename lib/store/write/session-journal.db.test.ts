import fc from "fast-check";
import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withTransaction } from "../database";
import { type TestDatabase, testDatabase } from "../testing/database";
import { SessionGains } from "./session-gains";
import { SessionJournal } from "./session-journal";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Sessions in each quarter of all ids. */
const ids = Array.from(
  { length: 8 },
  (_, n) => `${(n * 2).toString(16)}a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9`,
);
const gainsOf = (sessions: readonly number[]) => {
  const gains = new SessionGains();
  for (const n of sessions)
    gains.addGain({
      session: ids[n] ?? "",
      pool: 1,
      firstSeen: 1_768_467_600_000 + n,
      lastSeen: 1_768_467_600_000 + n,
      requests: 1,
      nodes: [n],
      lbs: [1],
      client: null,
      demo: false,
    });
  return gains;
};

const brings = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 6 });
const append = fc.record({
  by: fc.integer({ min: 0, max: 1 }),
  does: fc.constant("append" as const),
  brings,
  fails: fc.boolean(),
});
const step = fc.oneof(
  append,
  append,
  append.map((step) => ({ ...step, does: "takeAll" as const })),
  // While a quarter is taken, gains are written down: within the same time, in transactions of their own.
  fc.record({
    by: fc.integer({ min: 0, max: 1 }),
    does: fc.constant("takeQuarter" as const),
    meanwhile: fc.array(append, { maxLength: 2 }),
    fails: fc.boolean(),
  }),
);

type Write = Omit<Append, "does"> & { does: "append" | "takeAll" };
type Append = typeof append extends fc.Arbitrary<infer T> ? T : never;

async function inTurn<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await each(item);
}

const failure = new Error("the transaction fails");

it("gives each session what it gained once, whoever takes it, quarter by quarter, also after failures", async () => {
  const { pool } = database;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      await pool.query("TRUNCATE session_gains");
      const journals = [new SessionJournal(), new SessionJournal()];
      const journal = (by: number) => journals[by] ?? new SessionJournal();
      const brought = new Map<string, number>();
      const given = new Map<string, number>();
      const add = (to: Map<string, number>, gains: SessionGains) => {
        for (const { session, requests } of gains.list())
          to.set(session, (to.get(session) ?? 0) + requests);
      };
      const transaction = async (fails: boolean, work: (client: PoolClient) => Promise<void>) => {
        const run = withTransaction(pool, async (client) => {
          await work(client);
          if (fails) throw failure;
        });
        await run.catch((error: unknown) => expect(error).toBe(failure));
      };
      const write = async ({ by, does, brings, fails }: Write) => {
        const gains = gainsOf(brings);
        let taken = new SessionGains();
        await transaction(fails, async (client) => {
          if (does === "append") await journal(by).append(client, gains);
          else {
            taken = await journal(by).takeAll(client);
            taken.merge(gains);
          }
        });
        journal(by).ended(!fails);
        if (fails) return;
        add(brought, gains);
        add(given, taken);
      };
      const takeQuarter = async (by: number, fails: boolean, meanwhile: readonly Append[] = []) => {
        let taken = new SessionGains();
        const written = inTurn(meanwhile, write);
        await transaction(fails, async (client) => {
          taken = await journal(by).takeQuarter(client);
        });
        const before = journal(by).holdsAny;
        journal(by).turned(!fails);
        if (fails) expect(journal(by).holdsAny).toBe(before);
        else add(given, taken);
        await written;
      };
      await inTurn(steps, (step) =>
        step.does === "takeQuarter"
          ? takeQuarter(step.by, step.fails, step.meanwhile)
          : write(step),
      );
      // Four turns later nothing waits any more.
      for (let turn = 0; turn < 4; turn++) await takeQuarter(0, false);
      const { rows } = await pool.query("SELECT n FROM session_gains");
      expect(rows).toEqual([]);
      expect([...given].sort()).toEqual([...brought].sort());
    }),
    { numRuns: 60 },
  );
});

it("leaves what is just being written down for the next turn", async () => {
  const journal = new SessionJournal();
  const turn = async () => {
    let requests = 0;
    for (let quarter = 0; quarter < 4; quarter++) {
      const taken = await withTransaction(database.pool, (client) => journal.takeQuarter(client));
      journal.turned(true);
      for (const gain of taken.list()) requests += gain.requests;
    }
    return requests;
  };
  for (const isNumbered of [false, true]) {
    const before = await withTransaction(database.pool, async (client) => {
      const writing = journal.append(client, gainsOf([0, 1, 2, 7]));
      if (isNumbered) await writing;
      const taken = await turn();
      await writing;
      return taken;
    });
    journal.ended(true);
    expect([before, await turn(), await turn()]).toEqual([0, 4, 0]);
  }
});
