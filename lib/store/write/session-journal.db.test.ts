import fc from "fast-check";
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

const step = fc.record({
  by: fc.integer({ min: 0, max: 1 }),
  does: fc.constantFrom("append", "append", "takeQuarter", "takeQuarter", "takeAll"),
  brings: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 6 }),
  fails: fc.boolean(),
});

const failure = new Error("the transaction fails");

it("gives each session what it gained once, whoever takes it, quarter by quarter, also after failures", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      await database.pool.query("TRUNCATE session_gains");
      const journals = [new SessionJournal(), new SessionJournal()] as const;
      const brought = new Map<string, number>();
      const given = new Map<string, number>();
      const add = (to: Map<string, number>, gains: SessionGains) => {
        for (const { session, requests } of gains.list())
          to.set(session, (to.get(session) ?? 0) + requests);
      };
      for (const { by, does, brings, fails } of steps) {
        const journal = journals[by === 0 ? 0 : 1];
        const gains = gainsOf(brings);
        let taken = new SessionGains();
        const run = withTransaction(database.pool, async (client) => {
          if (does === "append") await journal.append(client, gains);
          else if (does === "takeQuarter") taken = await journal.takeQuarter(client, gains);
          else {
            taken = await journal.takeAll(client);
            taken.merge(gains);
          }
          if (fails) throw failure;
        });
        await run.catch((error: unknown) => expect(error).toBe(failure));
        journal.ended(!fails);
        if (fails) continue;
        add(brought, gains);
        add(given, taken);
      }
      // Four turns later nothing waits any more.
      for (let turn = 0; turn < 4; turn++) {
        add(
          given,
          await withTransaction(database.pool, (client) =>
            journals[0].takeQuarter(client, new SessionGains()),
          ),
        );
        journals[0].ended(true);
      }
      const { rows } = await database.pool.query("SELECT n FROM session_gains");
      expect(rows).toEqual([]);
      expect([...given].sort()).toEqual([...brought].sort());
    }),
    { numRuns: 60 },
  );
});
