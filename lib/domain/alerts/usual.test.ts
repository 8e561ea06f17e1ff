import { describe, expect, it } from "vitest";
import { minuteMs, stepMs } from "./grid";
import { incidentsOf } from "./incidents";
import type { BounceCount, PoolFacts } from "./pool-facts";
import { PoolMeasures } from "./pool-measures";
import { firstRules } from "./rule";

const bounce = { lb: "edge-1", from: "web-1", to: "web-2", isReturn: false, isFresh: true, n: 1 };

/** A pool of so many minutes, with so many requests in each. */
function poolOf(minutes: number, requests: (minute: number) => number): PoolFacts {
  return {
    pool: "shop",
    from: 0,
    clock: minutes * minuteMs,
    bounces: [],
    losses: [],
    load: Array.from({ length: minutes }, (_, minute) => ({
      minute: minute * minuteMs,
      lb: "edge-1",
      node: "web-1",
      requests: requests(minute),
    })),
    starts: [],
    pingPong: [],
    changes: [],
  };
}

/** The incidents that the rules of a first start find, and in which minute each began. */
function told(facts: PoolFacts): [string | null, number][] {
  const measures = new PoolMeasures(facts);
  const findings = firstRules.flatMap((rule) => measures.findings(rule));
  return incidentsOf(facts.pool, findings)
    .filter(({ firedAt }) => firedAt !== null)
    .map(({ cause, since }) => [cause, Math.floor(since / minuteMs)]);
}

describe("what is usual", () => {
  /** Clients that change their address: so many in each minute. */
  function wandering(counts: readonly number[]): BounceCount[] {
    const steps = minuteMs / stepMs;
    return counts.flatMap((n, minute) =>
      Array.from({ length: steps }, (_, part) => ({
        ...bounce,
        cause: "client-ip-change" as const,
        at: minute * minuteMs + part * stepMs,
        n: Math.floor(n / steps) + (part < n % steps ? 1 : 0),
      })),
    );
  }

  it("is known from a pool's first minutes, while its traffic still grows, and a later rise is told", () => {
    const growing = (minute: number) => Math.min(2400, 300 * (minute + 1));
    const pool = poolOf(100, growing);
    const usual = pool.load.map(({ requests }) => Math.round(requests / 300));
    expect(told({ ...pool, bounces: wandering(usual) })).toEqual([]);
    const risen = usual.map((n, minute) => (minute >= 80 && minute < 90 ? 12 * n : n));
    expect(told({ ...pool, bounces: wandering(risen) })).toEqual([["client-ip-change", 80]]);
  });

  it("is nothing of what only a balancer does wrong: two sessions after its change are told in a pool of twenty minutes", () => {
    const pool = poolOf(30, () => 150);
    const unset = { ...bounce, cause: "cookie-not-set" as const };
    const bounces = [0, 40_000].map((after) => ({ ...unset, at: 20 * minuteMs + after }));
    expect(told({ ...pool, bounces })).toEqual([]);
    const changes = [{ at: 20 * minuteMs - 10_000, kind: "config" as const, node: null }];
    expect(told({ ...pool, bounces, changes })).toEqual([["cookie-not-set", 20]]);
  });

  it("is broken by few sessions that are moved again and again, and not by one", () => {
    const pool = poolOf(90, () => 300);
    for (const cause of ["retry", "cookie-not-set"] as const) {
      const moves = (sessions: number) =>
        Array.from({ length: 60 }, (_, n) => ({
          ...bounce,
          cause,
          at: 70 * minuteMs + n * 10_000,
          isFresh: n < sessions,
        }));
      expect(told({ ...pool, bounces: moves(1) })).toEqual([]);
      expect(told({ ...pool, bounces: moves(2) })).toEqual([[cause, 70]]);
    }
  });

  it("is broken by a single session where a node has just gone down", () => {
    const pool = poolOf(40, () => 150);
    const bounces = [{ ...bounce, cause: "failover" as const, at: 30 * minuteMs }];
    expect(told({ ...pool, bounces })).toEqual([]);
    const changes = [{ at: 30 * minuteMs + 2000, kind: "node-down" as const, node: "web-1" }];
    expect(told({ ...pool, bounces, changes })).toEqual([["failover", 30]]);
  });
});

describe("a node that flaps", () => {
  const flaps = (from: number, to: number) =>
    Array.from({ length: (to - from) / minuteMs }, (_, n) => [
      { at: from + n * minuteMs, kind: "node-down" as const, node: "web-1" },
      { at: from + n * minuteMs + 20_000, kind: "node-up" as const, node: "web-1" },
    ]).flat();
  const moved = (minute: number) => ({
    ...bounce,
    cause: "health-flap" as const,
    at: minute * minuteMs,
    n: 3,
  });
  const pool = poolOf(90, () => 300);

  it("is one incident until it stops, however seldom somebody is moved", () => {
    const bounces = [moved(30), moved(55)];
    const going = { ...pool, bounces, changes: flaps(30 * minuteMs, 60 * minuteMs) };
    expect(told(going)).toEqual([["health-flap", 30]]);
    const twice = [...flaps(30 * minuteMs, 35 * minuteMs), ...flaps(55 * minuteMs, 60 * minuteMs)];
    expect(told({ ...pool, bounces, changes: twice })).toHaveLength(2);
  });

  it("goes on as long as it did so lately", () => {
    const changes = flaps(30 * minuteMs, 60 * minuteMs);
    const measures = (clock: number) =>
      incidentsOf(
        "shop",
        firstRules.flatMap((rule) =>
          new PoolMeasures({ ...pool, clock, bounces: [moved(30)], changes }).findings(rule),
        ),
      ).map(({ endedAt }) => endedAt);
    expect(measures(61 * minuteMs)).toEqual([null]);
    expect(measures(70 * minuteMs)).toEqual([59 * minuteMs]);
  });
});

describe("going back and forth", () => {
  const pool = poolOf(60, () => 300);
  const pingPong = Array.from({ length: 6 }, (_, n) => ({
    at: (31 + n) * minuteMs,
    gap: null,
    n: 3,
    cause: "pool-change" as const,
  }));

  it("is no incident where a hash moves sessions for a node that was taken out on purpose, and back", () => {
    expect(told({ ...pool, pingPong })).toHaveLength(1);
    const changes = [
      { at: 30 * minuteMs, kind: "node-drain" as const, node: "web-2" },
      { at: 36 * minuteMs, kind: "node-up" as const, node: "web-2" },
    ];
    expect(told({ ...pool, pingPong, changes })).toEqual([]);
  });
});
