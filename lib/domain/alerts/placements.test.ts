import { describe, expect, it } from "vitest";
import { chanceFrom } from "@/lib/demo/chance";
import { minuteMs, stepMs } from "./grid";
import { incidentsOf } from "./incidents";
import type { BounceCount, LoadCount, PlanMark, PoolFacts, StartCount } from "./pool-facts";
import { PoolMeasures } from "./pool-measures";
import { firstRules } from "./rule";

const minutes = 100;
const onset = 80 * minuteMs;

/** Sessions that begin in each minute of an hour and forty minutes, each node with its weight. */
function poolOf(
  perMinute: number,
  weights: (at: number) => Record<string, number>,
  more: { changes?: PlanMark[]; bounces?: BounceCount[]; seed?: number; oneClient?: number } = {},
): PoolFacts {
  const chance = chanceFrom(more.seed ?? 5);
  const starts: StartCount[] = [];
  const load: LoadCount[] = [];
  for (let at = 0; at < minutes * minuteMs; at += stepMs) {
    const now = Object.entries(weights(at)).filter(([, weight]) => weight > 0);
    const all = now.reduce((sum, [, weight]) => sum + weight, 0);
    for (let n = 0; n < perMinute / 4; n += 1) {
      const aim = chance.next() * all;
      let sum = 0;
      const node = now.find(([, weight]) => {
        sum += weight;
        return aim < sum;
      })?.[0];
      if (node === undefined) continue;
      starts.push({ at, node, sessions: 1, clients: 1 });
    }
    if (more.oneClient && at >= onset)
      starts.push({ at, node: "web-2", sessions: more.oneClient, clients: 1 });
    // Sessions stay where they are.
    if (at % minuteMs === 0)
      for (const [node] of now) load.push({ minute: at, lb: "edge-1", node, requests: 200 });
  }
  return {
    pool: "shop",
    from: -minuteMs,
    clock: minutes * minuteMs,
    bounces: more.bounces ?? [],
    losses: [],
    load,
    starts,
    pingPong: [],
    changes: more.changes ?? [],
  };
}

function found(facts: PoolFacts) {
  const measures = new PoolMeasures(facts);
  return incidentsOf(
    facts.pool,
    firstRules.flatMap((rule) => measures.findings(rule)),
  )
    .filter(({ firedAt }) => firedAt !== null)
    .map(({ subject, nodes, since, endedAt }) => ({ subject, nodes, since, endedAt }));
}

const even = { "web-1": 1, "web-2": 1, "web-3": 1, "web-4": 1 };
const heavy = { "web-1": 1, "web-2": 12, "web-3": 1, "web-4": 1 };
const during = (at: number) => (at >= onset && at < onset + 8 * minuteMs ? heavy : even);

describe("a node that gets most of the sessions that begin", () => {
  it("is told within a minute, by its name, and is over when they are spread again", () => {
    const [told, ...more] = found(poolOf(60, during));
    expect(more).toEqual([]);
    expect(told).toMatchObject({ subject: "imbalance", nodes: ["web-2"] });
    expect((told?.since ?? 0) - onset).toBeLessThanOrEqual(minuteMs);
    expect(told?.endedAt).toBeGreaterThanOrEqual(onset + 8 * minuteMs);
    expect(told?.endedAt).toBeLessThanOrEqual(onset + 12 * minuteMs);
  });

  it("is told in a quiet pool within a minute where somebody has just changed the balancer", () => {
    const change: PlanMark = { at: onset - 10_000, kind: "config", node: null };
    const [told] = found(poolOf(24, during, { changes: [change] }));
    expect((told?.since ?? 0) - onset).toBeLessThanOrEqual(minuteMs);
  });

  it("is nothing new where it always did", () => {
    expect(found(poolOf(60, () => heavy))).toEqual([]);
  });

  it("is no excess where another node is gone, or was taken out", () => {
    const gone = (at: number) => (at >= onset ? { ...even, "web-1": 0, "web-3": 0.001 } : even);
    expect(found(poolOf(60, (at) => ({ ...gone(at), "web-3": 1 })))).toEqual([]);
    const drain: PlanMark = { at: onset, kind: "node-drain", node: "web-3" };
    expect(found(poolOf(60, gone, { changes: [drain] }))).toEqual([]);
  });

  it("is a node's fair share where it was added, or was away for long", () => {
    const added = (at: number) => (at >= 40 * minuteMs ? even : { ...even, "web-4": 0 });
    expect(found(poolOf(60, added))).toEqual([]);
    const away = (at: number) =>
      at >= 20 * minuteMs && at < 60 * minuteMs ? { ...even, "web-4": 0 } : even;
    expect(found(poolOf(60, away))).toEqual([]);
    const changes: PlanMark[] = [
      { at: 20 * minuteMs, kind: "node-drain", node: "web-4" },
      { at: 60 * minuteMs, kind: "node-up", node: "web-4" },
    ];
    expect(found(poolOf(60, away, { changes }))).toEqual([]);
  });

  it("is not told of one client that begins them all", () => {
    expect(found(poolOf(60, () => even, { oneClient: 40 }))).toEqual([]);
  });

  it("is part of a trouble of the balancers that goes on at that time", () => {
    const bounces = Array.from({ length: 30 }, (_, n): BounceCount => {
      const at = onset + n * stepMs;
      const place = { lb: "edge-1", from: "web-1", to: "web-2", isReturn: false, isFresh: true };
      return { at, ...place, cause: "no-affinity", n: 6 };
    });
    expect(found(poolOf(60, during, { bounces })).map(({ subject }) => subject)).toEqual([
      "routing",
    ]);
  });
});

it("evenly spread sessions of thirty quiet and busy pools raise nothing", () => {
  for (let seed = 1; seed <= 30; seed += 1)
    expect(found(poolOf(4 * 3 ** (seed % 4), () => even, { seed }))).toEqual([]);
});
