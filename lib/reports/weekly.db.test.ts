import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { Ingestion } from "@/lib/ingest/ingestion";
import { compareQuery } from "@/lib/schemas/compare";
import { type Weekly, weeklySchema } from "@/lib/schemas/weekly";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { gathered } from "@/lib/store/testing/gathered";
import { compare } from "./compare";
import { setObjectives } from "./objectives";
import { weekly } from "./weekly";
import { weeklyMarkdown } from "./weekly-markdown";

/**
 * Random lines and events of three weeks go the whole way in; then the review
 * is compared with plain SQL over the requests and events that lie on disk. Only
 * the judgement of a bounce (explained or not, its cause) and of a loss (who is
 * to answer for it) is read from their verdicts: SQL cannot judge.
 */

const dayMs = 86_400_000;
const weekStart = Date.UTC(2026, 10, 16);
const weekEnd = weekStart + 7 * dayMs;
const now = weekEnd + 5 * 60_000;
const pools = ["checkout", "portal"];

let seed = 20_261_121;
/** The next of a fixed row of numbers that look random, from 0 to 1 (mulberry32). */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
const below = (n: number) => Math.floor(random() * n);
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n: number) => String(n).padStart(2, "0");

function dateOf(at: number): string {
  const d = new Date(at);
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return `${two(d.getUTCDate())}/${months[d.getUTCMonth()]}/${d.getUTCFullYear()}:${clock}.${String(d.getUTCMilliseconds()).padStart(3, "0")}`;
}

/** No two facts at one millisecond: their order is then told by time alone. */
const taken = new Set<number>();
function free(at: number): number {
  let ms = Math.floor(at);
  while (taken.has(ms)) ms += 1;
  taken.add(ms);
  return ms;
}

interface Facts {
  lines: Map<string, string[]>;
  events: string[];
  changes: object[];
}

function story(): Facts {
  const lines = new Map<string, string[]>([
    ["edge-1", []],
    ["edge-2", []],
  ]);
  const events: string[] = [];
  const changes: object[] = [];
  const tell = (at: number, type: string, sid: string, pool: string | null, node: string) =>
    events.push(
      JSON.stringify({
        time: new Date(at).toISOString(),
        type,
        sessionId: sid,
        node,
        ...(pool === null ? {} : { pool }),
        store: "memory",
      }),
    );
  for (let n = 0; n < 260; n++) {
    const pool = pools[below(2)] ?? "checkout";
    let sid = `session-${n}`;
    let node = 1 + below(3);
    let at = weekStart - 14 * dayMs + random() * 21 * dayMs;
    const count = 1 + below(9);
    for (let r = 0; r < count; r++) {
      if (random() < 0.18) node = 1 + below(3);
      const started = free(at);
      const begins = random() < 0.05;
      const flags = ["VN", "VN", "VN", "DI", "NI", "IN"][below(6)];
      const status = random() < 0.06 ? 503 : 200;
      const ms = 5 + below(400);
      const to = random() < 0.04 ? "<NOSRV>" : `web-${node}`;
      const lb = random() < 0.5 ? "edge-1" : "edge-2";
      lines
        .get(lb)
        ?.push(
          `198.51.100.7:40000 [${dateOf(started)}] www ${pool}/${to} 0/0/1/${ms - 1}/${ms} ${status} 512 sid=${sid} ${begins ? `sid=${sid}x` : "-"} --${flags} 2/2/1/1/0 0/0 "GET /${n}/${r} HTTP/1.1"`,
        );
      if (random() < 0.12) {
        const lostAt = free(started + 2);
        tell(lostAt, "session.missing", sid, random() < 0.7 ? pool : null, `web-${node}`);
        if (random() < 0.6)
          tell(free(lostAt + 1 + below(600_000)), "session.created", sid, pool, `web-${node}`);
      } else if (random() < 0.3)
        tell(free(started + 1), "session.retrieved", sid, pool, `web-${node}`);
      if (begins) sid = `${sid}x`;
      at += random() < 0.1 ? random() * 2 * dayMs : 500 + random() * 90_000;
      if (at > now - dayMs / 24) break;
    }
  }
  for (let n = 0; n < 30; n++)
    changes.push({
      at: new Date(free(weekStart - 14 * dayMs + random() * 21 * dayMs)).toISOString(),
      kind: random() < 0.5 ? "node-down" : "deploy",
      pool: pools[below(2)],
      node: `web-${1 + below(3)}`,
      title: `change ${n}`,
    });
  plant(lines, changes);
  return { lines, events, changes };
}

const plantedAt = weekStart + 3 * dayMs + 10 * 3_600_000;

/** A deploy of checkout after which every fourth session is sent to another node. */
function plant(lines: Map<string, string[]>, changes: object[]): void {
  changes.push({
    at: new Date(plantedAt).toISOString(),
    kind: "deploy",
    pool: "checkout",
    title: "the planted deploy",
  });
  for (let n = 0; n < 160; n++)
    for (const step of [0, 1]) {
      const at = free(plantedAt - 28 * 60_000 + n * 20_000 + step * 2_000);
      const node = step === 1 && at > plantedAt && n % 4 === 0 ? 2 : 1;
      lines
        .get("edge-1")
        ?.push(
          `198.51.100.7:40000 [${dateOf(at)}] www checkout/web-${node} 0/0/1/9/10 200 512 sid=planted-${n} - --VN 2/2/1/1/0 0/0 "GET /${n} HTTP/1.1"`,
        );
    }
}

interface Fired {
  pool: string | null;
  since: number;
  /** After `since`, ms; null: it has not. */
  known: number | null;
  taken: number | null;
  ended: number | null;
}
const minute = 60_000;
/** Alerts as the watch leaves them; the third was over before its lines came, the last but one began the week before. */
const fired: Fired[] = [
  { pool: "checkout", since: plantedAt, known: 2 * minute, taken: 7 * minute, ended: 40 * minute },
  { pool: "portal", since: weekStart + dayMs, known: minute, taken: null, ended: 9 * minute },
  { pool: "portal", since: weekStart + 2 * dayMs, known: dayMs, taken: null, ended: 5 * minute },
  { pool: null, since: weekStart + 5 * dayMs, known: 3 * minute, taken: 4 * minute, ended: null },
  { pool: "portal", since: weekStart - dayMs, known: 5 * minute, taken: null, ended: 9 * minute },
  { pool: "portal", since: weekStart + 4 * dayMs, known: null, taken: null, ended: minute },
];

async function addAlerts(db: TestDatabase["pool"]): Promise<void> {
  const at = (since: number, after: number | null) =>
    after === null ? null : new Date(since + after);
  for (const [n, { pool, since, known, taken, ended }] of fired.entries())
    await db.query(
      `INSERT INTO alerts (id, fingerprint, pool, subject, title, severity, state, since, fired_at,
         ended_at, acknowledged_at, rules, history, created_at, updated_at)
       VALUES ($1, $1, $2, 'routing', 'Sessions bounce', 'warning', $3, $4, $5, $6, $7, '[]', $8, now(), now())`,
      [
        `alert-${n}`,
        pool,
        ended === null ? "firing" : "resolved",
        at(since, 0),
        known === null ? null : at(since, minute),
        at(since, ended),
        at(since, taken),
        JSON.stringify(
          known === null
            ? []
            : [
                {
                  at: at(since, minute),
                  notedAt: at(since, known),
                  what: "firing",
                  by: null,
                  note: null,
                },
              ],
        ),
      ],
    );
}

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

let database: TestDatabase;
let settler: Settler;
const reviews = new Map<string | null, Weekly>();

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  settler = new Settler({
    pool: db,
    now: () => Date.now(),
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const ingestion = new Ingestion({
    pool: db,
    secret: Buffer.from("a secret for tests only, 32 bytes"),
    now: () => now,
    maxBody: 1e9,
    onWritten: () => settler.kick(),
  });
  const { lines, events, changes } = story();
  let id = 0;
  for (const [lb, text] of lines) {
    id += 1;
    const receipt = await ingestion.logs(
      {
        id,
        name: lb,
        format: "haproxy-http",
        formatString: null,
        lb,
        pool: null,
        timezone: "UTC",
        session: { cookie: "sid" },
        correlation: null,
        affinity: { method: "cookie", cookie: "SRVID" },
        nodes: null,
        demo: false,
      },
      { chunks: body(text.join("\n")), encoding: null },
    );
    expect(receipt.rejected).toBe(0);
  }
  await ingestion.events({ chunks: body(events.join("\n")), encoding: null });
  await ingestion.changes(changes);
  await settler.drain();
  await addAlerts(db);
  await setObjectives(db, { default: 0.9, pools: { portal: 0.95 } });
  for (const pool of [null, ...pools])
    reviews.set(
      pool,
      weeklySchema.parse(
        await weekly(db, { week: "2026-W47", ...(pool === null ? {} : { pool }) }, now),
      ),
    );
});
afterAll(async () => {
  await settler.stop();
  await database.close();
});

const review = (pool: string | null): Weekly => {
  const found = reviews.get(pool);
  if (!found) throw new Error("reviewed before");
  return found;
};

/** Requests of sessions, moves between nodes and lost sessions, from the facts alone. */
const facts = `
  WITH asked AS (SELECT id FROM pools WHERE $1::text IS NULL OR name = $1),
  tied AS (SELECT * FROM requests WHERE tie > 0 AND pool IN (SELECT id FROM asked)),
  ordered AS (
    SELECT session, pool, id, lb, started_at, node,
      lag(node) OVER (PARTITION BY session, pool ORDER BY started_at, id) AS left_node
    FROM tied WHERE node IS NOT NULL
  ),
  moves AS (
    SELECT o.*, v.cause, v.class FROM ordered o JOIN bounces v ON v.session = o.session AND v.id = o.id
    WHERE o.node <> o.left_node
  ),
  -- A loss belongs to the pool that its event names, else to those that its session was in.
  missing AS (
    SELECT DISTINCT e.session, e.at, t.pool FROM session_events e JOIN tied t ON t.session = e.session
    WHERE e.type = 'session.missing' AND (e.pool = 0 OR e.pool = t.pool)
  )`;

async function one<Row>(sql: string, values: unknown[]): Promise<Row> {
  const { rows } = await database.pool.query(gathered(`${facts} ${sql}`), values);
  return rows[0];
}
const range = (from: number, to: number) => [new Date(from), new Date(to)];

interface Raw {
  sessions: number;
  several: number;
  affected: number;
  lost: number;
  requests: number;
  errors: number;
  bounces: number;
  unexplained: number;
}

async function rawFigures(pool: string | null, from: number, to: number): Promise<Raw> {
  return await one<Raw>(
    `, alive AS (
      SELECT session, count(*) AS n FROM tied GROUP BY session
      HAVING min(started_at) < $3 AND max(started_at) >= $2
    ),
    hurt AS (
      SELECT session FROM moves WHERE class <> 'infrastructure' AND started_at >= $2 AND started_at < $3
      UNION
      SELECT session FROM missing WHERE at >= $2 AND at < $3
    )
    SELECT
      (SELECT count(*) FROM alive) AS sessions,
      (SELECT count(*) FROM alive WHERE n >= 2) AS several,
      (SELECT count(*) FROM hurt WHERE (SELECT count(*) FROM tied WHERE tied.session = hurt.session) >= 2) AS affected,
      (SELECT count(DISTINCT session) FROM missing WHERE at >= $2 AND at < $3) AS lost,
      (SELECT count(*) FROM requests WHERE NOT starts AND pool IN (SELECT id FROM asked)
        AND started_at >= $2 AND started_at < $3) AS requests,
      (SELECT count(*) FROM requests WHERE NOT starts AND pool IN (SELECT id FROM asked)
        AND started_at >= $2 AND started_at < $3 AND status >= 500) AS errors,
      (SELECT count(*) FROM moves WHERE started_at >= $2 AND started_at < $3) AS bounces,
      (SELECT count(*) FROM moves WHERE started_at >= $2 AND started_at < $3 AND class <> 'infrastructure') AS unexplained`,
    [pool, ...range(from, to)],
  );
}

const told = (figures: Weekly["current"]): Raw => ({
  sessions: figures.sessions,
  several: figures.severalSessions,
  affected: figures.affectedSessions,
  lost: figures.lostSessions,
  requests: figures.requests,
  errors: figures.errors,
  bounces: figures.bounces,
  unexplained: figures.unexplainedBounces,
});

describe("the weekly review of random facts", () => {
  it("has facts of every kind to review", async () => {
    const raw = await rawFigures(null, weekStart, weekEnd);
    for (const n of Object.values(raw)) expect(n).toBeGreaterThan(3);
    expect(raw.bounces).toBeGreaterThan(raw.unexplained);
    expect(raw.sessions).toBeGreaterThan(raw.several);
    const { rows } = await database.pool.query("SELECT count(*) AS n FROM requests WHERE starts");
    expect(rows[0].n).toBeGreaterThan(3);
  });

  it.each([null, ...pools])("equals plain SQL over the facts, of pool %s", async (pool) => {
    const week = review(pool);
    expect(told(week.current)).toEqual(await rawFigures(pool, weekStart, weekEnd));
    expect(told(week.previous)).toEqual(await rawFigures(pool, weekStart - 7 * dayMs, weekStart));
    const { severalSessions, affectedSessions } = week.current;
    expect(week.current.continuityRate).toBeCloseTo(1 - affectedSessions / severalSessions, 8);
    expect(week.budget.left).toBeCloseTo(
      1 - affectedSessions / (severalSessions * (pool === "portal" ? 0.05 : 0.1)),
      6,
    );
  });

  it("tells each pool in the review of all as in its own", () => {
    for (const pool of pools) {
      const row = review(null).pools.find((candidate) => candidate.pool === pool);
      expect(row?.current).toEqual(review(pool).current);
      expect(row?.previous).toEqual(review(pool).previous);
      expect(row?.budget).toEqual(review(pool).budget);
    }
  });

  it.each([null, ...pools])("equals plain SQL day by day, of pool %s", async (pool) => {
    for (const [place, day] of review(pool).days.entries()) {
      const from = weekStart + place * dayMs;
      const raw = await rawFigures(pool, from, from + dayMs);
      expect([day.severalSessions, day.affectedSessions]).toEqual([raw.several, raw.affected]);
      const before = await rawFigures(pool, from - 7 * dayMs, from - 6 * dayMs);
      if (before.several === 0) expect(day.previousContinuityRate).toBeNull();
      else expect(day.previousContinuityRate).toBeCloseTo(1 - before.affected / before.several, 8);
      const upTo = await rawFigures(pool, weekStart, from + dayMs);
      const allowed = review(pool).budget.allowed ?? 0;
      expect(day.budgetLeft).toBeCloseTo(1 - upTo.affected / allowed, 6);
    }
  });

  it.each([null, ...pools])(
    "equals plain SQL by cause, class, node and balancer, of pool %s",
    async (pool) => {
      const week = review(pool);
      const asked = [pool, ...range(weekStart, weekEnd)];
      const rows = async (sql: string) =>
        (await database.pool.query(gathered(`${facts} ${sql}`), asked)).rows;
      const inWeek = "started_at >= $2 AND started_at < $3";
      expect(
        week.causes
          .filter((row) => row.bounces > 0)
          .map(({ cause, bounces, sessions }) => ({ cause, bounces, sessions }))
          .sort((a, b) => a.cause.localeCompare(b.cause)),
      ).toEqual(
        await rows(`SELECT cause, count(*) AS bounces, count(DISTINCT session) AS sessions
          FROM moves WHERE ${inWeek} GROUP BY 1 ORDER BY 1`),
      );
      for (const { class: name, n } of await rows(
        `SELECT class, count(*) AS n FROM moves WHERE ${inWeek} GROUP BY 1`,
      ))
        expect(week.classes.find((row) => row.class === name)?.bounces).toBe(n);
      for (const { party, n } of await rows(
        `SELECT coalesce(l.lost_to, 'unknown') AS party, count(DISTINCT l.session) AS n
         FROM missing m JOIN losses l ON l.session = m.session AND l.at = m.at
         WHERE m.at >= $2 AND m.at < $3 GROUP BY 1`,
      ))
        expect(week.classes.find((row) => row.class === party)?.lostSessions).toBe(n);
      const named = await rows(
        `SELECT p.name AS pool, n.name AS node,
           count(*) FILTER (WHERE m.left_node = n.id) AS out, count(*) FILTER (WHERE m.node = n.id) AS into
         FROM moves m JOIN nodes n ON n.id IN (m.node, m.left_node) JOIN pools p ON p.id = n.pool
         WHERE m.${inWeek} GROUP BY 1, 2`,
      );
      expect(named.length).toBeGreaterThan(2);
      for (const { pool: of, node, out, into } of named)
        expect(week.nodes.find((row) => row.node === node && row.pool === of)).toMatchObject({
          bouncesOut: out,
          bouncesIn: into,
        });
      const through = await rows(
        `SELECT b.name AS lb, count(*) AS bounces FROM moves m JOIN lbs b ON b.id = m.lb
         WHERE ${inWeek} GROUP BY 1`,
      );
      expect(week.lbs).toHaveLength(through.length);
      for (const { lb, bounces } of through)
        expect(week.lbs.find((row) => row.lb === lb)?.bounces).toBe(bounces);
    },
  );

  it.each(pools)("equals plain SQL in how uneven load was, of pool %s", async (pool) => {
    const { rows } = await database.pool.query(
      `SELECT max(n) / avg(n) AS uneven FROM (
         SELECT count(*)::float8 AS n FROM requests
         WHERE NOT starts AND node IS NOT NULL AND pool = (SELECT id FROM pools WHERE name = $1)
           AND started_at >= $2 AND started_at < $3
         GROUP BY node) each`,
      [pool, ...range(weekStart, weekEnd)],
    );
    expect(review(pool).current.imbalance).toBeCloseTo(Number(rows[0].uneven), 4);
    expect(review(pool).imbalance).toHaveLength(1);
  });

  it.each([null, ...pools])("equals plain SQL in errors and latency, of pool %s", async (pool) => {
    const week = review(pool);
    const { rows: errors } = await database.pool.query(
      `SELECT n.name AS node, p.name AS pool, count(*) AS requests,
         (count(*) FILTER (WHERE r.status >= 500))::float8 / count(*) AS rate
       FROM requests r JOIN nodes n ON n.id = r.node JOIN pools p ON p.id = r.pool
       WHERE NOT r.starts AND r.started_at >= $1 AND r.started_at < $2 GROUP BY 1, 2`,
      range(weekStart, weekEnd),
    );
    for (const node of week.nodes) {
      const own = errors.find((row) => row.node === node.node && row.pool === node.pool);
      expect(node.requests).toBe(own.requests);
      expect(node.errorRate).toBeCloseTo(own.rate, 8);
    }
    const { rows } = await database.pool.query(
      `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
       FROM requests WHERE NOT starts AND started_at >= $2 AND started_at < $3
         AND ($1::text IS NULL OR pool = (SELECT id FROM pools WHERE name = $1))`,
      [pool, ...range(weekStart, weekEnd)],
    );
    // Kept in buckets: at most 2.5 % off.
    expect(Math.abs((week.p50Ms ?? 0) / Number(rows[0].p50) - 1)).toBeLessThan(0.03);
    expect(Math.abs((week.p95Ms ?? 0) / Number(rows[0].p95) - 1)).toBeLessThan(0.03);
  });

  it("equals plain SQL around the changes that coincided with a regression, and finds the planted one", async () => {
    const { changes } = review("checkout");
    expect(changes.map(({ change }) => change.title)).toContain("the planted deploy");
    for (const { change, before, after } of changes) {
      const at = Date.parse(change.at);
      const raw = (from: number, to: number) =>
        one<{ n: number }>(
          "SELECT count(*) AS n FROM moves WHERE started_at >= $2 AND started_at < $3",
          ["checkout", ...range(from, to)],
        );
      expect([before, after]).toEqual([
        (await raw(at - 30 * minute, at)).n,
        (await raw(at, at + 30 * minute)).n,
      ]);
    }
  });

  it.each([null, ...pools])("tells the incidents' times, of pool %s", async (pool) => {
    const { incidents, previousIncidents } = review(pool);
    const { rows } = await database.pool.query(
      `WITH own AS (
         SELECT since, ended_at, acknowledged_at, (history->0->>'notedAt')::timestamptz AS known FROM alerts
         WHERE fired_at IS NOT NULL AND since >= $2 AND since < $3 AND ($1::text IS NULL OR pool = $1)
       )
       SELECT count(*) AS total, count(*) FILTER (WHERE acknowledged_at IS NULL) AS open,
         (avg(extract(epoch FROM known - since)) FILTER (WHERE ended_at IS NULL OR ended_at > known) * 1000)::float8 AS detect,
         (avg(extract(epoch FROM acknowledged_at - known)) * 1000)::float8 AS acknowledge,
         (avg(extract(epoch FROM ended_at - since)) * 1000)::float8 AS recover
       FROM own`,
      [pool, ...range(weekStart, weekEnd)],
    );
    const [raw] = rows;
    expect(incidents).toMatchObject({ total: raw.total, unacknowledged: raw.open });
    expect(incidents.detectMs).toBe(raw.detect);
    expect(incidents.acknowledgeMs).toBe(raw.acknowledge);
    expect(incidents.recoverMs).toBe(raw.recover);
    expect(previousIncidents.total).toBe(pool === "checkout" ? 0 : 1);
    expect(incidents.items).toHaveLength(raw.total);
  });

  it("tells the affinity found at each balancer", () => {
    const { affinity } = review(null);
    expect(affinity.map(({ pool, lb }) => `${pool} ${lb}`).sort()).toEqual([
      "checkout edge-1",
      "checkout edge-2",
      "portal edge-1",
      "portal edge-2",
    ]);
    for (const { found, requests } of affinity) {
      expect(found).toMatch(/^cookie/);
      expect(requests).toBeGreaterThan(0);
    }
  });

  it("tells how long it took from a loss to a working session", async () => {
    const { rows: missing } = await database.pool.query<{ session: string; at: number }>(
      "SELECT session, at FROM session_events WHERE type = 'session.missing' AND at >= $1 AND at < $2",
      range(weekStart, weekEnd),
    );
    const { rows: found } = await database.pool.query<{ session: string; at: number }>(
      "SELECT session, at FROM session_events WHERE type IN ('session.created', 'session.retrieved')",
    );
    const { rows: began } = await database.pool.query<{ session: string; at: number }>(
      gathered(`SELECT r.session, b.ended_at AS at FROM requests r JOIN requests b ON b.id = r.id AND b.starts
       WHERE NOT r.starts`),
    );
    const ends = new Map<string, number>();
    for (const loss of missing) {
      const back = [
        ...found.filter((row) => row.session === loss.session && row.at > loss.at),
        ...began.filter((row) => row.session === loss.session && row.at >= loss.at),
      ]
        .map((row) => row.at)
        .filter((at) => at < loss.at + dayMs);
      const key = `${loss.session} ${back.length === 0 ? "never" : Math.min(...back)}`;
      ends.set(key, Math.min(ends.get(key) ?? Number.POSITIVE_INFINITY, loss.at));
    }
    const times = [...ends].flatMap(([key, from]) => {
      const end = key.split(" ")[1] ?? "never";
      return end === "never" ? [] : [Number(end) - from];
    });
    const { recovery } = review(null);
    expect(recovery.outages).toBe(ends.size);
    expect(recovery.recovered).toBe(times.length);
    expect(times.length).toBeGreaterThan(3);
    expect(recovery.meanMs).toBeCloseTo(times.reduce((a, b) => a + b, 0) / times.length, 1);
  });

  it("names at most three steps, those first that would have saved most sessions", () => {
    for (const pool of [null, ...pools]) {
      const { steps } = review(pool);
      expect(steps.length).toBeLessThanOrEqual(3);
      expect(steps.length).toBeGreaterThan(0);
      const saved = steps.map((step) => step.sessions ?? 0);
      expect(saved).toEqual([...saved].sort((a, b) => b - a));
      for (const step of steps) expect(step.evidence.length).toBeGreaterThan(0);
    }
  });

  it("says in Markdown what it shows", () => {
    const text = weeklyMarkdown(review("checkout"));
    expect(text).toContain("# checkout, week 47 of 2026");
    expect(text).toContain("2026-11-16 to 2026-11-22, UTC");
    for (const row of review("checkout").causes) expect(text).toContain(`| ${row.cause} |`);
    for (const step of review("checkout").steps) expect(text).toContain(step.runbook);
  });

  it("has nothing to ask for in a week without traffic, and refuses what is no week", async () => {
    const { pool: db } = database;
    const empty = await weekly(db, { week: "2026-W30" }, now);
    expect(empty.current).toMatchObject({ sessions: 0, continuityRate: null });
    expect(empty.budget).toMatchObject({ met: null, allowed: null, left: null });
    expect(empty.steps).toEqual([]);
    expect(weeklyMarkdown(empty)).toContain("Nothing of this week asks for a step.");
    await expect(weekly(db, { week: "2026-W60" }, now)).rejects.toMatchObject({ status: 400 });
    await expect(weekly(db, { pool: "nobody" }, now)).rejects.toMatchObject({ status: 404 });
  });
});

describe("two windows side by side", () => {
  it("equal plain SQL over the facts", async () => {
    const [from, middle, to] = [weekStart - 7 * dayMs, weekStart, weekEnd];
    for (const pool of [null, ...pools]) {
      const both = await compare(
        database.pool,
        compareQuery.parse({
          before: `${from}/${middle}`,
          after: `${middle}/${to}`,
          ...(pool === null ? {} : { pool }),
        }),
        now,
      );
      for (const [side, start, end] of [
        [both.before, from, middle],
        [both.after, middle, to],
      ] as const)
        expect(told({ ...side, imbalance: null })).toEqual(await rawFigures(pool, start, end));
      expect(both.complete).toBe(true);
    }
  });
});
