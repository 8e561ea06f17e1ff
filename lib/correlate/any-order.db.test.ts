import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Ingestion } from "@/lib/ingest/ingestion";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import type { SourceRules } from "@/lib/ingest/source-rules";
import { plainSource } from "@/lib/ingest/source-rules.fixture";
import { counted, miscounted } from "@/lib/store/testing/counted";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { gathered } from "@/lib/store/testing/gathered";
import { Settler } from "./settler";

/**
 * Results are a pure function of the facts: whatever order they come in, in
 * whatever batches, however often (contract, section 2).
 */

// On a cluster each statement asks every machine.
const runs = inject("testServer").isCluster ? 20 : 200;
const now = Date.UTC(2026, 10, 21, 12);

function source(id: number, name: string, rules: Partial<SourceRules> = {}): SourceRules {
  return { ...plainSource, id, name, pool: "shop", ...rules };
}
const edge = source(1, "edge", {
  correlation: { header: "X-Request-ID" },
  session: { cookie: "sid" },
});
const cloud = source(2, "cloud");

type Fact =
  | { to: "edge" | "cloud"; text: string }
  | { to: "events"; text: string }
  | { to: "changes"; value: object };

const pad = (n: number, width = 2) => String(n).padStart(width, "0");
const trace = (n: number) => n.toString(16).padStart(32, "a");

/** Requests of a few sessions over three nodes, some known only by what the app says of them. */
const story = fc
  .record({
    requests: fc.array(
      fc.record({
        second: fc.integer({ min: 0, max: 59 }),
        millisecond: fc.constantFrom(0, 0, 250, 500),
        session: fc.integer({ min: 0, max: 3 }),
        node: fc.integer({ min: 1, max: 3 }),
        flags: fc.constantFrom("--VN", "--NI", "--IN", "cDDN", "--DI"),
        starts: fc.boolean(),
        by: fc.constantFrom("key", "key", "event", "nobody"),
        type: fc.constantFrom("session.retrieved", "session.missing", "session.created"),
        alsoEvent: fc.boolean(),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    down: fc.option(fc.integer({ min: 0, max: 59 })),
    twice: fc.boolean(),
  })
  .map(({ requests, down, twice }) => {
    const facts: Fact[] = [];
    requests.forEach((request, n) => {
      const at = `${pad(request.second)}.${pad(request.millisecond, 3)}`;
      const id = trace(n + 1);
      const sid = `session-${request.session}`;
      if (request.by === "key") {
        const set = request.starts ? `sid=${sid}-next` : "-";
        facts.push({
          to: "edge",
          text: `10.0.0.${request.session}:5000 [21/Nov/2026:10:00:${at}] www shop/app${request.node} 0/0/1/5/6 200 512 sid=${sid} ${set} ${request.flags} 1/1/1/1/0 0/0 {${id}} "GET /${n} HTTP/1.1"`,
        });
      } else
        facts.push({
          to: "cloud",
          text: `http 2026-11-21T10:00:${pad(request.second)}.${pad(request.millisecond, 3)}900Z app/web/1 10.0.0.9:4000 10.0.1.${request.node}:80 0.000 0.001 0.000 200 200 34 366 "GET http://shop:80/${n} HTTP/1.1" "curl" - - arn:aws:elasticloadbalancing:eu:1:targetgroup/web/73e2d6bc24d8a067 "Root=1-${id.slice(0, 8)}-${id.slice(8)}" "-" "-" 0 2026-11-21T10:00:${at}000Z "forward" "-" "-" "10.0.1.${request.node}:80" "200" "-" "-"`,
        });
      if (request.by === "event" || (request.by === "key" && request.alsoEvent))
        facts.push({
          to: "events",
          text: JSON.stringify({
            time: `2026-11-21T10:00:${at}Z`,
            type: request.type,
            sessionId: sid,
            correlationId: id,
            node: `web-${request.node}`,
          }),
        });
    });
    if (down !== null && down !== undefined)
      facts.push({
        to: "changes",
        value: {
          at: `2026-11-21T10:00:${pad(down)}Z`,
          kind: "node-down",
          pool: "shop",
          node: "app1",
          title: "app1 went down",
        },
      });
    const first = facts[0];
    if (twice && first?.to === "edge") facts.push({ ...first });
    return facts;
  });

let database: TestDatabase;
let ingestion: Ingestion;
let settler: Settler;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await settler?.stop();
  await database.close();
});

const tables = (
  "node_pairs nodes request_rows session_events request_correlations event_correlations changes rejects " +
  "sessions bounces losses node_minutes node_spans latency_spans session_spans node_session_spans bounce_spans move_spans store_minutes source_minutes unsettled unreviewed"
).split(" ");

/** An empty database and a process that knows nothing of what was in it. */
async function startAfresh(looksUpTo?: number): Promise<void> {
  await settler?.stop();
  await database.pool.query(tables.map((table) => `DELETE FROM ${table};`).join(" "));
  const failures: unknown[] = [];
  settler = new Settler({
    pool: database.pool,
    now: () => now,
    onSettled: () => undefined,
    onError: (error) => failures.push(error),
  });
  ingestion = testIngestion(database.pool, () => now, {
    ...(looksUpTo === undefined ? {} : { looksUpTo }),
    onWritten: (written) => {
      expect(failures).toEqual([]);
      settler.kick(written.named);
    },
  });
}

/** Sends what stands together; facts of one kind within it share a delivery. */
async function send(facts: readonly Fact[]): Promise<void> {
  for (const [to, rules] of [
    ["edge", edge],
    ["cloud", cloud],
  ] as const) {
    const lines = facts.flatMap((fact) => (fact.to === to ? [fact.text] : []));
    if (lines.length > 0)
      await ingestion.logs(rules, { chunks: body(lines.join("\n")), encoding: null });
  }
  const events = facts.flatMap((fact) => (fact.to === "events" ? [fact.text] : []));
  if (events.length > 0)
    await ingestion.events({ chunks: body(events.join("\n")), encoding: null });
  const changes = facts.flatMap((fact) => (fact.to === "changes" ? [fact.value] : []));
  if (changes.length > 0) await ingestion.changes(changes);
}

const names = `(SELECT coalesce(c.name, n.name) FROM nodes n LEFT JOIN nodes c ON c.id = n.canonical WHERE n.id = `;
const questions: Record<string, string> = {
  requests: `SELECT r.session, r.started_at, r.id, r.tie, r.starts, r.correlations FROM requests r ORDER BY 1, 2, 3`,
  sessions: `SELECT s.session, s.first_seen, s.last_seen, s.requests, s.bounces, s.unexplained, s.returns, s.losses, s.ping_pong,
      s.main_cause, s.client, p.name AS pool,
      (SELECT array_agg(DISTINCT n.name ORDER BY n.name) FROM nodes n WHERE n.id = s.node OR n.id = ANY (s.nodes)) AS nodes
    FROM sessions s JOIN pools p ON p.id = s.pool ORDER BY s.session, p.name`,
  bounces: `SELECT b.session, b.at, b.id, b.previous, ${names} b.from_node) AS from_node, ${names} b.to_node) AS to_node,
      b.is_return, b.cause, b.class, b.confidence,
      coalesce(b.evidence, p.value::jsonb) AS evidence FROM bounces b LEFT JOIN proofs p ON p.id = b.proof ORDER BY 1, 2, 3`,
  losses: `SELECT session, at, id, node, lost_to, evidence FROM losses ORDER BY 1, 2, 3`,
  rollups: `SELECT ${names} m.node) AS node, m.minute, sum(m.requests) AS requests, sum(m.errors) AS errors
    FROM node_minutes m GROUP BY 1, 2 ORDER BY 1, 2`,
  latencies: `SELECT ${names} m.node) AS node, m.grain, m.at, m.counts FROM latency_spans m ORDER BY 1, 2, 3, 4`,
  names: `SELECT n.name, c.name AS canonical FROM nodes n JOIN nodes c ON c.id = n.canonical ORDER BY 1`,
  lookups: `SELECT minute, store, node, lookups, misses FROM store_minutes ORDER BY 1, 2, 3`,
};

async function results(): Promise<Record<string, unknown[]>> {
  await settler.drain();
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(questions))
    found[name] = (await database.pool.query(gathered(sql))).rows;
  return found;
}

describe("what is shown", () => {
  it(`is the same in any order, in any batches, sent again and again (${runs} runs)`, {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        story,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
        async (facts, dice) => {
          await startAfresh();
          await send(facts);
          const once = await results();

          const roll = () => dice.next().value ?? 0;
          // Half of the stories are written as large deliveries are: what is stored already shows only by its key.
          await startAfresh(roll() < 0.5 ? 0 : undefined);
          // Two equal lines of one batch are two requests only as long as they stay in one batch.
          const [first, last] = [facts[0], facts.at(-1)];
          const pair =
            facts.length > 1 &&
            first?.to === "edge" &&
            last?.to === "edge" &&
            first.text === last.text;
          const pieces: Fact[][] = pair && first && last ? [[first, last]] : [];
          const rest = pair ? facts.slice(1, -1) : facts;
          for (const fact of rest) pieces.push([fact]);
          const again = pieces.filter(() => roll() < 0.4);
          const shuffled = [...pieces, ...again]
            .map((piece) => ({ piece, at: roll() }))
            .sort((a, b) => a.at - b.at)
            .map(({ piece }) => piece);
          let batch: Fact[] = [];
          const seen = new Set<Fact>();
          for (const piece of shuffled) {
            // What is sent again comes in a batch of its own: within one batch it would be another request.
            if (piece.some((fact) => seen.has(fact)) || roll() < 0.4) {
              await send(batch);
              batch = [];
              seen.clear();
            }
            batch.push(...piece);
            for (const fact of piece) seen.add(fact);
          }
          await send(batch);
          expect(await results()).toEqual(once);
          for (const table of Object.keys(counted))
            expect((await database.pool.query(miscounted(table))).rows, table).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
  });
});
