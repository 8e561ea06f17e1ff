import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heatmapQuery } from "@/lib/schemas/heatmap";
import { overviewQuery } from "@/lib/schemas/results";
import { timestampText } from "@/lib/store/database";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { gathered } from "@/lib/store/testing/gathered";
import { patience } from "@/lib/store/testing/patience";
import { heatmap } from "./heatmap";
import { overview } from "./overview";
import { fillDatabase } from "./volume.fixture";

/** What is answered from sums is what the facts say, whatever the range. */

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await fillDatabase(database.pool, { now, sessions: 600, requestsPerSession: 9 });
}, patience(120_000));
afterAll(() => database.close());

/** A range anywhere in the day, from minutes to all of it, and beyond its ends. */
const range = fc
  .tuple(
    fc.integer({ min: -1500, max: 30 }),
    fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 1600 })),
  )
  .map(([from, length]) => ({
    from: now + from * minute,
    to: now + (from + length) * minute,
  }));

interface Facts {
  requests: number;
  errors: number;
  sessions: number;
  bounces: number;
  affected: number;
  lost: number;
  p95: number | null;
  by_node: Record<string, number> | null;
}

async function factsOf({ from, to }: { from: number; to: number }): Promise<Facts | undefined> {
  const within = (at: string) => `${at} >= $1 AND ${at} < $2`;
  const { rows } = await database.pool.query<Facts>(
    gathered(`SELECT
       (SELECT count(*) FROM requests WHERE ${within("started_at")}) AS requests,
       (SELECT count(*) FROM requests WHERE ${within("started_at")} AND status >= 500) AS errors,
       (SELECT count(*) FROM sessions WHERE last_seen >= $1 AND first_seen < $2) AS sessions,
       (SELECT count(*) FROM bounces WHERE ${within("at")}) AS bounces,
       (SELECT count(*) FROM (
         SELECT session FROM bounces WHERE ${within("at")} UNION SELECT session FROM losses WHERE ${within("at")}) a) AS affected,
       (SELECT count(DISTINCT session) FROM losses WHERE ${within("at")}) AS lost,
       (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) FROM requests WHERE ${within("started_at")}) AS p95,
       (SELECT jsonb_object_agg(name, n) FROM (
         SELECT n.name, count(*) AS n FROM requests r JOIN nodes n ON n.id = r.node WHERE ${within("started_at")} GROUP BY 1) b) AS by_node`),
    [timestampText(from), timestampText(to)],
  );
  return rows[0];
}

const words = ({ from, to }: { from: number; to: number }) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

describe("figures from sums", () => {
  it(
    "are those of the facts, of any range and of the one before it, of one pool and of all",
    async () => {
      await fc.assert(
        fc.asyncProperty(range, fc.constantFrom("checkout", undefined), async (given, pool) => {
          const asked = pool === undefined ? words(given) : { ...words(given), pool };
          const told = await overview(database.pool, overviewQuery.parse(asked), now + 1e9);
          const facts = await factsOf(given);
          expect({
            requests: told.requests.value ?? 0,
            errors: Math.round((told.errorRate.value ?? 0) * (told.requests.value ?? 0)),
            sessions: told.sessions.value ?? 0,
            bounces: told.bounces.value ?? 0,
            affected: told.affectedSessions.value ?? 0,
            lost: told.lostSessions.value ?? 0,
          }).toEqual({
            requests: facts?.requests,
            errors: facts?.errors,
            sessions: facts?.sessions,
            bounces: facts?.bounces,
            affected: facts?.affected,
            lost: facts?.lost,
          });
          if (facts?.p95) expect((told.p95Ms.value ?? 0) / facts.p95).toBeCloseTo(1, 1);
          else expect(told.p95Ms.value).toBeNull();
          // The series cuts the same figures into steps.
          const sum = (of: (point: (typeof told.series)[number]) => number | null) =>
            told.series.reduce((total, point) => total + (of(point) ?? 0), 0);
          expect(sum((point) => point.requests)).toBe(facts?.requests);
          expect(sum((point) => point.bounces)).toBe(facts?.bounces);
          const length = given.to - given.from;
          if (length <= 120 * minute) {
            const before = await factsOf({ from: given.from - length, to: given.from });
            expect(told.requests.previous ?? 0).toBe(before?.requests);
            expect(told.sessions.previous ?? 0).toBe(before?.sessions);
          }
        }),
        { numRuns: 60 },
      );
    },
    patience(120_000),
  );

  it(
    "are those of the facts node by node, however they are cut into steps",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          range,
          fc.constantFrom("1m", "5m", "15m", "1h", "1d"),
          async (given, step) => {
            const asked = heatmapQuery.parse({ ...words(given), step });
            const told = await heatmap(database.pool, asked, now + 1e9);
            const facts = (await factsOf(given))?.by_node ?? {};
            const sums = told.nodes.map((name, place): [string, number] => [
              name,
              (told.values[place] ?? []).reduce<number>((sum, n) => sum + (n ?? 0), 0),
            ]);
            expect(Object.fromEntries(sums.filter(([, n]) => n > 0))).toEqual(facts);
          },
        ),
        { numRuns: 40 },
      );
    },
    patience(120_000),
  );
});
