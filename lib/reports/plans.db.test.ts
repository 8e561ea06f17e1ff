import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { publicId } from "@/lib/domain/session-key";
import { bouncesQuery, sessionSorts, sessionsQuery, timeOrders } from "@/lib/schemas/lists";
import { affectedSamples, firstMark } from "@/lib/store/alerts/affected";
import { withTransaction } from "@/lib/store/database";
import { onCluster } from "@/lib/store/on-cluster";
import { ensurePartitions } from "@/lib/store/partitions";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { patience } from "@/lib/store/testing/patience";
import { bounces } from "./bounces";
import { oneReading } from "./one-reading";
import { questionsOf } from "./questions.fixture";
import { sessions } from "./sessions";
import { fillDatabase, sessionNumber } from "./volume.fixture";

/**
 * No question over an hour may read a table of a day's facts or results whole.
 * Measured on 1,000,000 requests of 100,000 sessions with bench/queries.ts.
 */
const now = Date.UTC(2026, 10, 21, 12);
const sessionCount = 20_000;

let database: TestDatabase;
let session: string;
let cluster: boolean;
beforeAll(async () => {
  database = await testDatabase();
  cluster = await onCluster(database.pool);
  await fillDatabase(database.pool, { now, sessions: sessionCount, requestsPerSession: 8 });
  await ensurePartitions(database.pool, now - 10 * 86_400_000, now, now);
  session = publicId(await sessionOf(sessionCount - 100));
}, patience(120_000));
afterAll(() => database.close());

async function sessionOf(n: number): Promise<string> {
  const { rows } = await database.pool.query<{ session: string }>(sessionNumber, [n]);
  return rows[0]?.session ?? "";
}

const statement = z.object({ text: z.string(), values: z.array(z.unknown()) });
const planRow = z.object({ "QUERY PLAN": z.string() });

/** The plans of all statements of a question, by their names; each under the settings it was sent under. */
async function plansOf(ask: () => Promise<unknown>): Promise<Map<string, string>> {
  const sent: (z.output<typeof statement> & { settings: string })[] = [];
  const spy = vi.spyOn(pg.Client.prototype, "query");
  try {
    await ask();
    const settings = new Map<unknown, string>();
    for (const [n, [given]] of spy.mock.calls.entries()) {
      const client = spy.mock.contexts[n];
      if (typeof given === "string" && given.startsWith("SET LOCAL")) settings.set(client, given);
      if (given === "COMMIT") settings.delete(client);
      const parsed = statement.safeParse(given);
      if (parsed.success) sent.push({ ...parsed.data, settings: settings.get(client) ?? "" });
    }
  } finally {
    spy.mockRestore();
  }
  const plans = new Map<string, string>();
  for (const { text, values, settings } of sent) {
    const { rows } = await withTransaction(database.pool, async (client) => {
      if (settings !== "") await client.query(settings);
      return await client.query({ text: `EXPLAIN ${text}`, values });
    });
    const lines = z.array(planRow).parse(rows);
    const name = /^\/\* (\S+) \*\//.exec(text)?.[1] ?? text;
    plans.set(name, lines.map((line) => line["QUERY PLAN"]).join("\n"));
  }
  return plans;
}

const large =
  /Seq Scan on (request_rows\w*|sessions|bounces|losses|session_events\w*|\w+_correlations\w*|node_minutes|\w+_spans)\b/;

const allowed = new Set([
  // A client's sessions have no index, which every request would pay for.
  "sessions-of-client",
  // Asks for a whole day, which is all that there is here.
  "pool-lbs",
  // A day's sums are few rows: reading them whole is quickest.
  "session-spans",
  // Counts no further than it must; here are fewer losses than that.
  "loss-count",
  // Losses are so few here that their index is not worth its while.
  "window-affected",
  "window-causes",
  // Bounces by the primary key where there are more of them than here.
  "heat-sessions",
]);

/** Whatever their day: what names an ID, and a session that followed one that was left long before. */
const ofAnyDay = new Set(["sessions-of-correlation", "sessions-after"]);

const dayBeforeTheWeekBefore = "20261108";

/** These ask about the whole day, which is all that there is here. */
const ofTheWholeDay = /^(weekly|compare of half days.*)$/;

describe("a list of very many sessions", () => {
  const idsOf = async (given: object) => {
    const ids: string[] = [];
    let pages = 0;
    let cursor: string | null = null;
    do {
      const asked = sessionsQuery.parse({
        from: "now-24h",
        pool: "checkout",
        limit: 1000,
        ...given,
      });
      const page: Awaited<ReturnType<typeof sessions>> = await sessions(
        database.pool,
        { ...asked, cursor: cursor ?? undefined },
        now,
      );
      ids.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== null);
    return { ids, pages };
  };

  it("is looked through page by page where nothing matches, and ends", async () => {
    const { ids, pages } = await idsOf({ q: "/nowhere" });
    expect(ids).toEqual([]);
    // A cluster looks through all at once: each machine through its own.
    if (!cluster) expect(pages).toBeGreaterThan(3);
  });

  it("finds every one that matches, whatever the page it lies on", async () => {
    const client = "10.0.3.232";
    for (const sort of sessionSorts) {
      const { ids } = await idsOf({ client, sort });
      expect(ids).toEqual([publicId(await sessionOf(1000))]);
    }
    const path = await idsOf({ q: "/cart/7", sort: "latest" });
    expect(new Set(path.ids).size).toBe(sessionCount);
    expect(path.ids).toHaveLength(sessionCount);
  });

  it("finds one by its id without looking through the others", async () => {
    const { ids, pages } = await idsOf({ q: session });
    expect(ids).toEqual([session]);
    expect(pages).toBe(1);
  });
});

describe("a list of very many bounces", () => {
  const idsOf = async (given: object) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const asked = bouncesQuery.parse({ from: "now-24h", pool: "checkout", ...given });
      const page: Awaited<ReturnType<typeof bounces>> = await bounces(
        database.pool,
        { ...asked, cursor: cursor ?? undefined },
        now,
      );
      ids.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return ids;
  };

  it.each(timeOrders)(
    "is looked through to its end, %s first, also where nothing matches",
    async (sort) => {
      expect(await idsOf({ q: "/nowhere", sort })).toEqual([]);
      const all = await idsOf({ sort });
      expect(await idsOf({ q: "/cart", sort })).toEqual(all);
      expect(new Set(all).size).toBe(sessionCount / 20);
    },
  );
});

it("answers a page's questions the same when they share what they read", async () => {
  const questions = () =>
    Object.values(questionsOf({ from: "now-1h", to: "now" }, "checkout", session));
  const alone: unknown[] = [];
  for (const ask of questions()) alone.push(await ask(database.pool, now));
  const together = await oneReading(() =>
    Promise.all(questions().map((ask) => ask(database.pool, now))),
  );
  expect(together).toEqual(alone);
});

describe("the plans of the questions over an hour", () => {
  const names = Object.keys(questionsOf({ from: "now-1h", to: "now" }, "checkout", ""));

  it.each(names)("read no large table whole: %s", async (name) => {
    const ask = questionsOf({ from: "now-1h", to: "now" }, "checkout", session)[name];
    const plans = await plansOf(async () => ask?.(database.pool, now));
    expect(plans.size).toBeGreaterThan(0);
    // A cluster's plans are those of its shards, which are small here.
    for (const [query, plan] of plans)
      if (!cluster && !allowed.has(query) && !ofTheWholeDay.test(name))
        expect(plan, `${name}: ${query}`).not.toMatch(large);
  });

  it.each(names)("plan for no other day than they ask about: %s", async (name) => {
    if (cluster) return;
    const ask = questionsOf({ from: "now-1h", to: "now" }, "checkout", session)[name];
    for (const [query, plan] of await plansOf(async () => ask?.(database.pool, now))) {
      if (ofAnyDay.has(query)) continue;
      const days = plan.match(/(?<=_)2026\d{4}\b/g) ?? [];
      const first = name === "weekly" ? dayBeforeTheWeekBefore : "20261120";
      const others = days.filter((day) => day < first || day > "20261122");
      expect(others, `${name}: ${query}`).toEqual([]);
      // Planned for, and left out only when the plan was begun.
      expect(plan, `${name}: ${query}`).not.toContain("Subplans Removed");
    }
  });

  it("use the indexes made for them", async () => {
    if (cluster) return;
    const questions = questionsOf({ from: "now-1h", to: "now" }, "checkout", session);
    const planOf = async (name: string, query: string) =>
      (await plansOf(async () => questions[name]?.(database.pool, now))).get(query);
    expect(await planOf("bounces", "bounces-page")).toContain("bounces_at");
    expect(await planOf("losses", "losses-page")).toContain("losses_at");
    expect(await planOf("sessions worst", "sessions-page-worst-1")).toMatch(
      /sessions_(worst|recent)/,
    );
    expect(await planOf("overview", "load-steps")).toContain("node_spans_pkey");
    expect(await planOf("overview", "latency-steps")).toContain("latency_spans_pkey");
    expect(await planOf("timeline", "session-requests")).toMatch(/request_rows_\d+_key/);
    expect(await planOf("timeline", "sessions-after")).toMatch(
      /Index.* Scan .*request_rows_\d+_\w*idx/,
    );
    expect(await planOf("heatmap sessions", "heat-sessions")).toContain("sessions_moved");
    expect(await planOf("heatmap sessions", "moved-count-of-64")).toContain("sessions_moved_64th");
    expect(await planOf("heatmap sessions", "heat-session-spans")).toContain(
      "node_session_spans_pkey",
    );
    expect(await planOf("spread", "move-counts")).toContain("bounces_at");
    expect(await planOf("overview of a balancer", "session-steps")).toContain("sessions_recent");
    expect(await planOf("transitions", "tied-requests")).toMatch(/request_rows_\d+_started_at_idx/);
    expect(await planOf("lookup", "sessions-between")).toContain("sessions_pkey");
  });

  it("finds when an incident began by the first of its bounces, and names three sessions without reading all of theirs", async () => {
    const asked = {
      pool: 1,
      causes: ["no-affinity"],
      subject: "routing",
      from: now - 86_400_000,
      to: now,
    };
    const plans = await plansOf(async () => {
      await firstMark(database.pool, asked);
      await affectedSamples(database.pool, asked);
    });
    if (!cluster)
      expect(plans.get("alert-first-mark")).toMatch(/Limit.*\n.*Index.* Scan using bounces_at/);
    // A cluster's pieces have numbers.
    expect(plans.get("alert-affected-samples")).toMatch(/ on sessions(_\d+)? s /);
    if (!cluster)
      expect(plans.get("alert-affected-samples")).not.toMatch(/Seq Scan on sessions s /);
  });
});
