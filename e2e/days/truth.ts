import { stepMs } from "@/lib/domain/alerts/grid";
import { type Incident, incidentsOf } from "@/lib/domain/alerts/incidents";
import type {
  BounceCount,
  LossCount,
  PlanMark,
  PoolFacts,
  StartCount,
} from "@/lib/domain/alerts/pool-facts";
import { PoolMeasures } from "@/lib/domain/alerts/pool-measures";
import { firstRules, type Rule } from "@/lib/domain/alerts/rule";
import { isLikely } from "@/lib/domain/alerts/uneven-load";
import type { EpochMs } from "@/lib/domain/facts";
import { fallsIn, noticesMs } from "./balancers";
import type { Day } from "./plan";
import { playDay } from "./traffic";

interface Growing {
  bounces: BounceCount[];
  losses: LossCount[];
  load: Map<string, number>;
  starts: StartCount[];
  /** When each session ran. */
  spans: { from: EpochMs; to: EpochMs }[];
}

/** What is true of a pool, as the rules look at it, and how many of its sessions ran in a time. */
export type TrueFacts = PoolFacts & { sessionsWithin: (from: EpochMs, to: EpochMs) => number };

/** What the rules find on a day of which everything is known, as if every bounce were judged rightly. */
export function incidentsOfDay(day: Day, rules: readonly Rule[] = firstRules): Incident[] {
  return factsOfDay(day).flatMap((facts) => incidentsIn(facts, rules));
}

/** What the rules find in one pool. */
export function incidentsIn(facts: TrueFacts, rules: readonly Rule[] = firstRules): Incident[] {
  const measures = new PoolMeasures(facts);
  const findings = rules.flatMap((rule) => measures.findings(rule));
  return incidentsOf(
    facts.pool,
    findings.filter((finding) => isLikely(finding, facts, facts.sessionsWithin)),
  );
}

/** What is true of a day, pool by pool, as the rules look at it. */
export function factsOfDay(day: Day): TrueFacts[] {
  const pools = new Map<string, Growing>();
  const of = (pool: string) => {
    const known: Growing = pools.get(pool) ?? {
      bounces: [],
      losses: [],
      load: new Map(),
      starts: [],
      spans: [],
    };
    pools.set(pool, known);
    return known;
  };
  const step = (at: number) => Math.floor(at / stepMs) * stepMs;
  const items = playDay(day, {
    served: ({ name }, at, lb, node) => {
      const key = `${Math.floor(at / 60_000) * 60_000} ${lb} ${node}`;
      const { load } = of(name);
      load.set(key, (load.get(key) ?? 0) + 1);
    },
    began: ({ name }, at, node, endsAt) => {
      const { starts, spans } = of(name);
      starts.push({ at: step(at), node, sessions: 1, clients: 1 });
      spans.push({ from: at, to: endsAt });
    },
    bounced: ({ name }, { at, ...bounce }) =>
      of(name).bounces.push({ at: step(at), n: 1, ...bounce }),
    lost: ({ name }, { at, ...loss }) =>
      of(name).losses.push({ at: step(at), n: 1, lb: "", cause: null, from: null, ...loss }),
  });
  for (const _ of items);
  return [...pools].map(([pool, { bounces, losses, load, starts, spans }]) => ({
    pool,
    // Nothing was before: what a day begins with is all that is known of it.
    from: day.from - 60_000,
    clock: day.to,
    bounces,
    losses,
    load: [...load].map(([key, requests]) => {
      const [minute = "", lb = "", node = ""] = key.split(" ");
      return { minute: Number(minute), lb, node, requests };
    }),
    starts,
    pingPong: [],
    changes: marksOf(day, pool),
    sessionsWithin: (from, to) => spans.filter((one) => one.to >= from && one.from < to).length,
  }));
}

/** What was changed in a pool, and what its balancer says of its nodes. */
export function marksOf(day: Day, pool: string): PlanMark[] {
  const own = day.changes
    .filter((change) => change.pool === pool)
    .map(({ at, kind, node }) => ({ at, kind, node: node ?? null }));
  const states = day.pools
    .filter(({ name, binding }) => name === pool && binding === "cookie")
    .flatMap((known) => fallsIn(day, known))
    .flatMap(({ node, from, to }): PlanMark[] => [
      { at: from + noticesMs, kind: "node-down", node },
      { at: to + noticesMs, kind: "node-up", node },
    ]);
  return [...own, ...states];
}
