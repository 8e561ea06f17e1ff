import { expect } from "vitest";
import { Settler } from "@/lib/correlate/settler";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import { type Weekly, weeklySchema } from "@/lib/schemas/weekly";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { gathered } from "@/lib/store/testing/gathered";
import { setObjectives } from "../objectives";
import { weekly } from "../weekly";
import { dayMs, now, plantedAt, pools, weekStart, weekStory } from "./week-story";

interface Fired {
  pool: string | null;
  since: number;
  /** After `since`, ms; null: it has not. */
  known: number | null;
  taken: number | null;
  ended: number | null;
}
export const minute = 60_000;
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

/** Sends three weeks the whole way in. */
async function sendIn(database: TestDatabase, seed: number): Promise<void> {
  const { pool: db } = database;
  const settler = new Settler({
    pool: db,
    now: () => Date.now(),
    onSettled: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const ingestion = testIngestion(db, () => now, {
    onWritten: () => settler.kick(),
  });
  const { lines, events, changes } = weekStory(seed);
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
  await settler.stop();
}

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

export interface Raw {
  sessions: number;
  several: number;
  affected: number;
  lost: number;
  requests: number;
  errors: number;
  bounces: number;
  unexplained: number;
}

export const range = (from: number, to: number) => [new Date(from), new Date(to)];

export const told = (figures: Weekly["current"]): Raw => ({
  sessions: figures.sessions,
  several: figures.severalSessions,
  affected: figures.affectedSessions,
  lost: figures.lostSessions,
  requests: figures.requests,
  errors: figures.errors,
  bounces: figures.bounces,
  unexplained: figures.unexplainedBounces,
});

/** Three random weeks on disk, and the reviews of the last of them. */
export class ReviewedWeek {
  private constructor(
    readonly database: TestDatabase,
    private readonly reviews: ReadonlyMap<string | null, Weekly>,
  ) {}

  static async of(seed: number): Promise<ReviewedWeek> {
    const database = await testDatabase();
    const { pool: db } = database;
    await sendIn(database, seed);
    await addAlerts(db);
    await setObjectives(db, { default: 0.9, pools: { portal: 0.95 } });
    const reviews = new Map<string | null, Weekly>();
    for (const pool of [null, ...pools]) {
      const asked = { week: "2026-W47", ...(pool === null ? {} : { pool }) };
      reviews.set(pool, weeklySchema.parse(await weekly(db, asked, now)));
    }
    return new ReviewedWeek(database, reviews);
  }

  review(pool: string | null): Weekly {
    const found = this.reviews.get(pool);
    if (!found) throw new Error("reviewed before");
    return found;
  }

  /** What plain SQL says of the facts: `asked`, `tied`, `moves` and `missing` are there to be read. */
  async rows(sql: string, values: unknown[]) {
    return (await this.database.pool.query(gathered(`${facts} ${sql}`), values)).rows;
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  async rawFigures(pool: string | null, from: number, to: number): Promise<Raw> {
    const [row] = await this.rows(
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
    return row;
  }
}
