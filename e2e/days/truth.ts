import { stepMs } from "@/lib/domain/alerts/grid";
import { type Incident, incidentsOf } from "@/lib/domain/alerts/incidents";
import type { BounceCount, LossCount, PoolFacts } from "@/lib/domain/alerts/pool-facts";
import { PoolMeasures } from "@/lib/domain/alerts/pool-measures";
import { firstRules, type Rule } from "@/lib/domain/alerts/rule";
import type { Day } from "./plan";
import { playDay } from "./traffic";

interface Growing {
  bounces: BounceCount[];
  losses: LossCount[];
  load: Map<string, number>;
}

/** What the rules find on a day of which everything is known, as if every bounce were judged rightly. */
export function incidentsOfDay(day: Day, rules: readonly Rule[] = firstRules): Incident[] {
  const pools = new Map<string, Growing>();
  const of = (pool: string) => {
    const known: Growing = pools.get(pool) ?? { bounces: [], losses: [], load: new Map() };
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
    bounced: ({ name }, { at, ...bounce }) =>
      of(name).bounces.push({ at: step(at), n: 1, ...bounce }),
    lost: ({ name }, { at, ...loss }) =>
      of(name).losses.push({ at: step(at), n: 1, lb: "", cause: null, from: null, ...loss }),
  });
  for (const _ of items);
  return [...pools].flatMap(([pool, { bounces, losses, load }]) => {
    const facts: PoolFacts = {
      pool,
      from: day.from,
      clock: day.to,
      bounces,
      losses,
      load: [...load].map(([key, requests]) => {
        const [minute = "", lb = "", node = ""] = key.split(" ");
        return { minute: Number(minute), lb, node, requests };
      }),
      pingPong: [],
      changes: day.changes
        .filter((change) => change.pool === pool)
        .map(({ at, kind, node }) => ({ at, kind, node: node ?? null })),
    };
    const measures = new PoolMeasures(facts);
    return incidentsOf(
      pool,
      rules.flatMap((rule) => measures.findings(rule)),
    );
  });
}
