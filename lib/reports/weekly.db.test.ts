import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minute, ReviewedWeek, range, told } from "./testing/reviewed-week";
import { dayMs, pools, weekEnd, weekStart } from "./testing/week-story";

/**
 * Random lines and events of three weeks go the whole way in; then the review
 * is compared with plain SQL over the requests and events that lie on disk. Only
 * the judgement of a bounce (explained or not, its cause) and of a loss (who is
 * to answer for it) is read from their verdicts: SQL cannot judge.
 */
describe.each([20_261_121, 1, 2, 3])("the weekly review of random facts, seed %i", (seed) => {
  let data: ReviewedWeek;
  beforeAll(async () => {
    data = await ReviewedWeek.of(seed);
  });
  afterAll(async () => {
    await data.close();
  });

  it("has facts of every kind to review", async () => {
    const raw = await data.rawFigures(null, weekStart, weekEnd);
    for (const n of Object.values(raw)) expect(n).toBeGreaterThan(3);
    expect(raw.bounces).toBeGreaterThan(raw.unexplained);
    expect(raw.sessions).toBeGreaterThan(raw.several);
    const { rows } = await data.database.pool.query(
      "SELECT count(*) AS n FROM requests WHERE starts",
    );
    expect(rows[0].n).toBeGreaterThan(3);
  });

  it.each([null, ...pools])("equals plain SQL over the facts, of pool %s", async (pool) => {
    const week = data.review(pool);
    expect(told(week.current)).toEqual(await data.rawFigures(pool, weekStart, weekEnd));
    expect(told(week.previous)).toEqual(
      await data.rawFigures(pool, weekStart - 7 * dayMs, weekStart),
    );
    const { severalSessions, affectedSessions } = week.current;
    expect(week.current.continuityRate).toBeCloseTo(1 - affectedSessions / severalSessions, 8);
    expect(week.budget.left).toBeCloseTo(
      1 - affectedSessions / (severalSessions * (pool === "portal" ? 0.05 : 0.1)),
      6,
    );
  });

  it("tells each pool in the review of all as in its own", () => {
    for (const pool of pools) {
      const row = data.review(null).pools.find((candidate) => candidate.pool === pool);
      expect(row?.current).toEqual(data.review(pool).current);
      expect(row?.previous).toEqual(data.review(pool).previous);
      expect(row?.budget).toEqual(data.review(pool).budget);
    }
  });

  it.each([null, ...pools])("equals plain SQL day by day, of pool %s", async (pool) => {
    for (const [place, day] of data.review(pool).days.entries()) {
      const from = weekStart + place * dayMs;
      const raw = await data.rawFigures(pool, from, from + dayMs);
      expect([day.severalSessions, day.affectedSessions]).toEqual([raw.several, raw.affected]);
      const before = await data.rawFigures(pool, from - 7 * dayMs, from - 6 * dayMs);
      if (before.several === 0) expect(day.previousContinuityRate).toBeNull();
      else expect(day.previousContinuityRate).toBeCloseTo(1 - before.affected / before.several, 8);
      const upTo = await data.rawFigures(pool, weekStart, from + dayMs);
      const allowed = data.review(pool).budget.allowed ?? 0;
      expect(day.budgetLeft).toBeCloseTo(1 - upTo.affected / allowed, 6);
    }
  });

  it.each([null, ...pools])(
    "equals plain SQL by cause, class, node and balancer, of pool %s",
    async (pool) => {
      const week = data.review(pool);
      const asked = [pool, ...range(weekStart, weekEnd)];
      const rows = async (sql: string) => await data.rows(sql, asked);
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
    const { rows } = await data.database.pool.query(
      `SELECT max(n) / avg(n) AS uneven FROM (
         SELECT count(*)::float8 AS n FROM requests
         WHERE NOT starts AND node IS NOT NULL AND pool = (SELECT id FROM pools WHERE name = $1)
           AND started_at >= $2 AND started_at < $3
         GROUP BY node) each`,
      [pool, ...range(weekStart, weekEnd)],
    );
    expect(data.review(pool).current.imbalance).toBeCloseTo(Number(rows[0].uneven), 4);
    expect(data.review(pool).imbalance).toHaveLength(1);
  });

  it.each([null, ...pools])("equals plain SQL in errors and latency, of pool %s", async (pool) => {
    const week = data.review(pool);
    const { rows: errors } = await data.database.pool.query(
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
    const { rows } = await data.database.pool.query(
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
    const { changes } = data.review("checkout");
    expect(changes.map(({ change }) => change.title)).toContain("the planted deploy");
    for (const { change, before, after } of changes) {
      const at = Date.parse(change.at);
      const raw = (from: number, to: number) =>
        data.rows("SELECT count(*) AS n FROM moves WHERE started_at >= $2 AND started_at < $3", [
          "checkout",
          ...range(from, to),
        ]);
      expect([before, after]).toEqual([
        (await raw(at - 30 * minute, at))[0].n,
        (await raw(at, at + 30 * minute))[0].n,
      ]);
    }
  });
});
