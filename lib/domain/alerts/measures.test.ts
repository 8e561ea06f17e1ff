import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { continuityEpisodes, continuityShares, hasRisen } from "./continuity";
import { minuteMs } from "./grid";
import type { ContinuityFacts, PoolFacts } from "./pool-facts";
import { PoolMeasures } from "./pool-measures";
import { firstRules, type Rule } from "./rule";
import { silentEpisode } from "./source-measures";
import { isSurelyUneven } from "./uneven-load";

function rule(id: string, more: Partial<Rule> = {}): Rule {
  const found = firstRules.find((known) => known.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return { ...found, ...more };
}

describe("the continuity budget", () => {
  /** A hundred sessions a minute, each of one minute; of them so many affected. */
  function facts(affected: (minute: number) => number, minutes: number): ContinuityFacts {
    const every = Array.from({ length: minutes }, (_, minute) => minute * minuteMs);
    return {
      pool: "shop",
      from: 0,
      clock: minutes * minuteMs,
      affected: every.map((at, minute) => ({ at, gap: null, n: affected(minute) })),
      runningBefore: 0,
      begun: every.map((at) => ({ at, n: 100 })),
      ended: every.map((at) => ({ at, n: 100 })),
    };
  }

  const fast = rule("continuity", {
    condition: {
      kind: "continuity",
      objective: 0.995,
      windows: [{ longMinutes: 60, shortMinutes: 5, burnRate: 14.4 }],
    },
  });

  it("is not alarmed by what the objective allows", () => {
    expect(
      continuityEpisodes(
        facts(() => 0.5, 400),
        rule("continuity"),
      ),
    ).toEqual([]);
  });

  it("needs both windows: a burst that is over does not fire though the hour is spoilt", () => {
    const burst = facts((minute) => (minute >= 100 && minute < 110 ? 60 : 0), 140);
    const [episode] = continuityEpisodes(burst, fast);
    expect(episode?.firedAt).toBeLessThanOrEqual(112 * minuteMs);
    expect(episode?.endedAt).toBeLessThanOrEqual(116 * minuteMs);
  });

  it("fires when it burns 14.4 times too fast in the hour and in the last five minutes", () => {
    const [episode, ...more] = continuityEpisodes(
      facts((minute) => (minute >= 60 ? 10 : 0), 130),
      fast,
    );
    expect(more).toEqual([]);
    // A tenth of the sessions burns 20 times too fast: after 0.72 of an hour the hour's rate is past 14.4.
    expect((episode?.firedAt ?? 0) / minuteMs).toBeGreaterThan(100);
    expect((episode?.firedAt ?? 0) / minuteMs).toBeLessThan(112);
  });

  it("is never more than wholly gone, whatever the sessions and the window", () => {
    const minutes = fc.array(fc.nat(200), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 60 }), (affected, window) => {
        const { shares } = continuityShares(
          facts((minute) => affected[minute] ?? 0, affected.length),
        ).of(window);
        shares.forEach((share, place) => {
          // Each session lives a minute here: those of a window are a hundred for each of its minutes.
          const own = affected.slice(Math.max(0, place + 1 - window), place + 1);
          const bad = own.reduce((sum, n) => sum + n, 0);
          const running = 100 * Math.min(place + 1, window);
          // Chance could have made them some more than they would be.
          const sure = Math.max(0, bad - 1.65 * Math.sqrt(bad));
          expect(share).toBeCloseTo(Math.min(1, sure / running), 9);
        });
      }),
    );
  });

  it("of a pool that is younger than a window has not been burned before", () => {
    const young = facts(() => 10, 55);
    const from = -120 * minuteMs;
    const [episode, ...more] = continuityEpisodes({ ...young, from }, fast);
    expect(more).toEqual([]);
    // Twenty times too fast in 43 minutes of an hour, and more where chance may have had a part in it.
    expect((episode?.firedAt ?? 0) / minuteMs).toBeGreaterThan(43);
    expect(continuityEpisodes({ ...facts(() => 10, 40), from }, fast)).toEqual([]);
  });

  it("tells what burns as ever from what has risen", () => {
    const risen = (affected: (minute: number) => number) => {
      const own = { ...facts(affected, 200), from: -120 * minuteMs };
      const [episode] = continuityEpisodes(own, fast);
      if (!episode) throw new Error("it burns");
      return hasRisen(continuityShares(own), fast, episode);
    };
    expect(risen(() => 12)).toBe(false);
    expect(risen((minute) => (minute < 100 ? 4 : 40))).toBe(true);
  });

  it("says nothing with too few sessions", () => {
    const few = { ...facts(() => 1, 100), begun: [{ at: 0, n: 10 }], ended: [] };
    expect(continuityEpisodes(few, rule("continuity"))).toEqual([]);
  });
});

const pool: PoolFacts = {
  pool: "shop",
  from: 0,
  clock: 20 * minuteMs,
  bounces: [],
  losses: [],
  load: Array.from({ length: 20 }, (_, minute) => ({
    minute: minute * minuteMs,
    lb: "edge-1",
    node: "web-1",
    requests: 600,
  })),
  starts: [],
  pingPong: [],
  changes: [],
};
const bounce = {
  at: 10 * minuteMs,
  lb: "edge-1",
  from: "web-1",
  to: "web-2",
  isReturn: false,
  isFresh: true,
  n: 30,
};

describe("bounces in a pool", () => {
  it("are measured by the class of their cause", () => {
    const facts = { ...pool, bounces: [{ ...bounce, cause: "lb-disagreement" as const }] };
    const [finding, ...more] = new PoolMeasures(facts).findings(rule("unexplained-bounces"));
    expect(more).toEqual([]);
    expect(finding?.subject).toBe("routing");
    expect(finding?.episode.since).toBe(10 * minuteMs + 15_000);
  });

  it("that a state explains are not unexplained", () => {
    const facts = { ...pool, bounces: [{ ...bounce, cause: "failover" as const }] };
    expect(new PoolMeasures(facts).findings(rule("unexplained-bounces"))).toEqual([]);
    expect(new PoolMeasures(facts).findings(rule("bounce-rate"))).toHaveLength(1);
  });

  it("are left alone where a rule is about another place", () => {
    const facts = { ...pool, bounces: [{ ...bounce, cause: "failover" as const }] };
    const elsewhere = rule("bounce-rate", { scope: { lb: "edge-2" } });
    expect(new PoolMeasures(facts).findings(elsewhere)).toEqual([]);
    expect(new PoolMeasures(facts).findings(rule("bounce-rate", { scope: { pool: "x" } }))).toEqual(
      [],
    );
  });

  it("of one client that never sends its cookie are no incident, those of many are", () => {
    const one = Array.from({ length: 60 }, (_, n) => ({
      ...bounce,
      at: n * 15_000,
      cause: "cookie-not-sent" as const,
      isFresh: n === 0,
      n: n === 0 ? 1 : 4,
    }));
    const facts = { ...pool, bounces: one };
    expect(new PoolMeasures(facts).findings(rule("unexplained-bounces"))).toEqual([]);
    const many = {
      ...pool,
      bounces: one
        .filter(({ at }) => at >= 10 * minuteMs)
        .map((own) => ({ ...own, isFresh: true })),
    };
    expect(new PoolMeasures(many).findings(rule("unexplained-bounces"))).toHaveLength(1);
  });

  it("of an incident that began before what is looked at are still that incident's", () => {
    const facts = {
      ...pool,
      bounces: Array.from({ length: 60 }, (_, n) => ({
        ...bounce,
        at: n * 15_000,
        cause: "cookie-not-sent" as const,
        isFresh: false,
        n: 4,
      })),
    };
    const open = new Set(["client"]);
    const [finding] = new PoolMeasures(facts, open).findings(rule("unexplained-bounces"));
    expect(finding?.episode).toMatchObject({ endedAt: expect.any(Number) });
  });

  it("of clients that go back to a node that is there again are no trouble", () => {
    const away = { ...bounce, cause: "retry" as const };
    const facts = { ...pool, bounces: [{ ...away, isReturn: true }] };
    expect(new PoolMeasures(facts).findings(rule("bounce-rate"))).toEqual([]);
    const load = [
      ...pool.load,
      ...pool.load
        .filter(({ minute }) => minute < 4 * minuteMs || minute >= 10 * minuteMs)
        .map((row) => ({ ...row, node: "web-2" })),
    ];
    const remapped = { ...pool, load, bounces: [{ ...bounce, cause: "pool-change" as const }] };
    expect(new PoolMeasures(remapped).findings(rule("unexplained-bounces"))).toEqual([]);
    // No line told that the node was down, so that nothing is proved of its return.
    const unproved = { ...remapped, bounces: [{ ...bounce, cause: "unknown" as const }] };
    expect(new PoolMeasures(unproved).findings(rule("unexplained-bounces"))).toEqual([]);
    const anew = { ...remapped, load: pool.load };
    expect(new PoolMeasures(anew).findings(rule("unexplained-bounces"))).toHaveLength(1);
  });

  it("of two sessions are enough where a node has just gone down, or a balancer was changed, else not", () => {
    const hour = 60 * minuteMs;
    const quiet = {
      ...pool,
      clock: hour + 5 * minuteMs,
      load: [{ minute: 0, lb: "edge-1", node: "web-1", requests: 600 }, ...pool.load].map(
        (row) => ({
          ...row,
          minute: row.minute + hour - 10 * minuteMs,
        }),
      ),
    };
    const found = (cause: "failover" | "cookie-not-set", changes: PoolFacts["changes"]) =>
      new PoolMeasures({
        ...quiet,
        load: [{ minute: 0, lb: "edge-1", node: "web-1", requests: 600 }, ...quiet.load],
        bounces: [{ ...bounce, cause, at: hour, n: 2 }],
        changes,
      }).findings(rule("bounce-rate"));
    const before = hour - 20_000;
    expect(found("failover", [])).toEqual([]);
    expect(found("failover", [{ at: before, kind: "node-down", node: "web-1" }])).not.toEqual([]);
    const drained = { at: before - 60_000, kind: "node-drain" as const, node: "web-1" };
    expect(found("failover", [drained, { at: before, kind: "node-down", node: "web-1" }])).toEqual(
      [],
    );
    expect(found("cookie-not-set", [])).toEqual([]);
    expect(found("cookie-not-set", [{ at: before, kind: "config", node: null }])).not.toEqual([]);
    expect(found("cookie-not-set", [{ at: before, kind: "other", node: null }])).toEqual([]);
  });

  it("from one node that fails now and again are not lost among those of all others", () => {
    const hour = 60 * minuteMs;
    const nodes = Array.from({ length: 20 }, (_, n) => `web-${n}`);
    const load = Array.from({ length: 62 }, (_, minute) => ({
      minute: minute * minuteMs,
      lb: "edge-1",
      node: "web-1",
      requests: 1500,
    }));
    const retry = { ...bounce, cause: "retry" as const, n: 1 };
    const noise = Array.from({ length: 120 }, (_, n) => ({
      ...retry,
      at: n * 30_000,
      from: nodes[n % 20] ?? "",
    }));
    const found = (extra: PoolFacts["bounces"]) =>
      new PoolMeasures({ ...pool, clock: hour + 2 * minuteMs, load, bounces: [...noise, ...extra] })
        .findings(rule("bounce-rate"))
        .map(({ cause, episode }) => [cause, episode.since]);
    expect(found([])).toEqual([]);
    const failing = [{ ...retry, at: hour, from: "web-7", n: 7 }];
    expect(found(failing)).toEqual([["retry", hour + 15_000]]);
    expect(found(nodes.slice(0, 7).map((from) => ({ ...retry, at: hour, from })))).toEqual([]);
  });

  it("conclude nothing below the least traffic", () => {
    const facts = {
      ...pool,
      load: [],
      bounces: [{ ...bounce, cause: "lb-disagreement" as const }],
    };
    expect(new PoolMeasures(facts).findings(rule("unexplained-bounces"))).toEqual([]);
  });
});

describe("uneven load", () => {
  it("is none where chance makes it of few sessions", () => {
    expect(isSurelyUneven(2.5, 35, 4)).toBe(false);
    expect(isSurelyUneven(2.5, 400, 4)).toBe(true);
    expect(isSurelyUneven(2.5, 0, 4)).toBe(false);
  });
});

it("uneven load goes on while the nodes that get little have minutes without any request", () => {
  const quiet = [0, 4, 0, 0, 3, 5, 2, 0, 6, 1];
  const load = Array.from({ length: 60 }, (_, minute) => [
    { minute: minute * minuteMs, lb: "edge-1", node: "web-1", requests: 300 },
    { minute: minute * minuteMs, lb: "edge-1", node: "web-2", requests: quiet[minute % 10] ?? 0 },
    { minute: minute * minuteMs, lb: "edge-1", node: "web-3", requests: 9 },
  ])
    .flat()
    .filter(({ requests }) => requests > 0);
  const clock = 60 * minuteMs;
  const found = new PoolMeasures({ ...pool, clock, load }).findings(rule("imbalance"));
  expect(found.map(({ nodes, episode }) => [nodes, episode.endedAt])).toEqual([[["web-1"], null]]);
});

describe("a plan", () => {
  const away = { ...bounce, from: "web-2", cause: "drain" as const };
  const found = (changes: PoolFacts["changes"], bounces: PoolFacts["bounces"] = [away]) =>
    new PoolMeasures({ ...pool, bounces, changes }).findings(rule("bounce-rate"));

  it("excuses the moves away from the node that was drained", () => {
    expect(found([])).toHaveLength(1);
    expect(found([{ at: away.at - 5000, kind: "node-drain", node: "web-2" }])).toEqual([]);
    expect(found([{ at: away.at - 5000, kind: "deploy", node: null }])).toEqual([]);
  });

  it("excuses moves counted in the step in which it began", () => {
    expect(found([{ at: away.at + 14_000, kind: "node-drain", node: "web-2" }])).toEqual([]);
  });

  it("of another scale, or of a deploy, does not excuse what a hash remaps", () => {
    const remapped = [{ ...away, cause: "pool-change" as const }];
    expect(found([{ at: away.at - 5000, kind: "deploy", node: null }], remapped)).toHaveLength(1);
    expect(found([{ at: away.at - 5000, kind: "scale", node: null }], remapped)).toHaveLength(1);
    expect(found([{ at: away.at - 5000, kind: "node-drain", node: "x" }], remapped)).toEqual([]);
  });

  it("does not excuse another node's, nor a failure during a deploy", () => {
    expect(found([{ at: away.at - 5000, kind: "node-drain", node: "web-3" }])).toHaveLength(1);
    const failing = [{ ...away, cause: "failover" as const }];
    expect(found([{ at: away.at - 5000, kind: "deploy", node: null }], failing)).toHaveLength(1);
    expect(found([{ at: away.at - 5000, kind: "deploy", node: "web-2" }])).toEqual([]);
    expect(found([{ at: away.at - 5000, kind: "deploy", node: "web-2" }], failing)).toHaveLength(1);
    const mixed = [{ ...away, cause: "lb-disagreement" as const }];
    expect(found([{ at: away.at - 5000, kind: "node-drain", node: "web-2" }], mixed)).toHaveLength(
      1,
    );
  });

  it("ends when the node is back", () => {
    const back = [
      { at: 0, kind: "node-drain" as const, node: "web-2" },
      { at: minuteMs, kind: "node-up" as const, node: "web-2" },
    ];
    expect(found(back)).toHaveLength(1);
  });
});

describe("a source", () => {
  const regular = Array.from({ length: 30 }, (_, minute) => ({
    minute: minute * minuteMs,
    accepted: 100,
    rejected: 0,
    lastAt: minute * minuteMs + 50_000,
  }));
  const lastAt = 29 * minuteMs + 50_000;

  it("that reported regularly is missed after its time, and when it never paused for so long", () => {
    const silent = rule("silent-source");
    expect(silentEpisode(regular, silent, lastAt + 44_000)).toBeNull();
    expect(silentEpisode(regular, silent, lastAt + 46_000)).toMatchObject({
      since: lastAt,
      firedAt: lastAt + 45_000,
    });
    const everyOther = regular.filter((_, minute) => minute % 2 === 1);
    expect(silentEpisode(everyOther, silent, lastAt + 200_000)).toBeNull();
    expect(silentEpisode(everyOther, silent, lastAt + 211_000)).toMatchObject({
      firedAt: lastAt + 210_000,
    });
  });

  it("could not be heard while nobody was there", () => {
    const back = lastAt + 600_000;
    expect(silentEpisode(regular, rule("silent-source"), back + 40_000, back)).toBeNull();
    expect(silentEpisode(regular, rule("silent-source"), back + 50_000, back)).toMatchObject({
      since: lastAt,
    });
  });

  it("that sent a file or two owes nothing", () => {
    expect(silentEpisode(regular.slice(-3), rule("silent-source"), lastAt + 600_000)).toBeNull();
  });
});
