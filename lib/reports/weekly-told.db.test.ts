import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareQuery } from "@/lib/schemas/compare";
import { gathered } from "@/lib/store/testing/gathered";
import { compare } from "./compare";
import { ReviewedWeek, range, told } from "./testing/reviewed-week";
import { dayMs, now, pools, weekEnd, weekStart } from "./testing/week-story";
import { weekly } from "./weekly";
import { weeklyMarkdown } from "./weekly-markdown";

let data: ReviewedWeek;
beforeAll(async () => {
  data = await ReviewedWeek.of(20_261_121);
});
afterAll(async () => {
  await data.close();
});

describe("the weekly review", () => {
  it.each([null, ...pools])("tells the incidents' times, of pool %s", async (pool) => {
    const { incidents, previousIncidents } = data.review(pool);
    const { rows } = await data.database.pool.query(
      `WITH own AS (
         SELECT since, ended_at, acknowledged_at, (history->0->>'notedAt')::timestamptz AS known FROM alerts
         WHERE fired_at IS NOT NULL AND since >= $2 AND since < $3 AND ($1::text IS NULL OR pool = $1)
       )
       SELECT count(*) AS total, count(*) FILTER (WHERE acknowledged_at IS NULL) AS open,
         count(*) FILTER (WHERE ended_at IS NULL OR ended_at > known) AS detected,
         (avg(extract(epoch FROM known - since)) FILTER (WHERE ended_at IS NULL OR ended_at > known) * 1000)::float8 AS detect,
         (avg(extract(epoch FROM acknowledged_at - known)) * 1000)::float8 AS acknowledge,
         (avg(extract(epoch FROM ended_at - since)) * 1000)::float8 AS recover
       FROM own`,
      [pool, ...range(weekStart, weekEnd)],
    );
    const [raw] = rows;
    expect(incidents).toMatchObject({
      total: raw.total,
      unacknowledged: raw.open,
      detected: raw.detected,
    });
    expect(incidents.detectMs).toBe(raw.detect);
    expect(incidents.acknowledgeMs).toBe(raw.acknowledge);
    expect(incidents.recoverMs).toBe(raw.recover);
    expect(previousIncidents.total).toBe(pool === "checkout" ? 0 : 1);
    expect(incidents.items).toHaveLength(raw.total);
  });

  it("tells the affinity found at each balancer", () => {
    const { affinity } = data.review(null);
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
    const { rows: missing } = await data.database.pool.query<{ session: string; at: number }>(
      "SELECT session, at FROM session_events WHERE type = 'session.missing' AND at >= $1 AND at < $2",
      range(weekStart, weekEnd),
    );
    const { rows: found } = await data.database.pool.query<{ session: string; at: number }>(
      "SELECT session, at FROM session_events WHERE type IN ('session.created', 'session.retrieved')",
    );
    const { rows: began } = await data.database.pool.query<{ session: string; at: number }>(
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
    const { recovery } = data.review(null);
    expect(recovery.outages).toBe(ends.size);
    expect(recovery.recovered).toBe(times.length);
    expect(times.length).toBeGreaterThan(3);
    expect(recovery.meanMs).toBeCloseTo(times.reduce((a, b) => a + b, 0) / times.length, 1);
  });

  it("names at most three steps, those first that would have saved most sessions", () => {
    for (const pool of [null, ...pools]) {
      const { steps } = data.review(pool);
      expect(steps.length).toBeLessThanOrEqual(3);
      expect(steps.length).toBeGreaterThan(0);
      const saved = steps.map((step) => step.sessions ?? 0);
      expect(saved).toEqual([...saved].sort((a, b) => b - a));
      for (const step of steps) expect(step.evidence.length).toBeGreaterThan(0);
    }
  });

  it("says in Markdown what it shows", () => {
    const text = weeklyMarkdown(data.review("checkout"));
    expect(text).toContain("# checkout, week 47 of 2026");
    expect(text).toContain("2026-11-16 to 2026-11-22, UTC");
    for (const row of data.review("checkout").causes) expect(text).toContain(`| ${row.cause} |`);
    for (const step of data.review("checkout").steps) expect(text).toContain(step.runbook);
  });

  it("has nothing to ask for in a week without traffic, and refuses what is no week", async () => {
    const { pool: db } = data.database;
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
        data.database.pool,
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
        expect(told({ ...side, imbalance: null })).toEqual(await data.rawFigures(pool, start, end));
      expect(both.complete).toBe(true);
    }
  });
});
