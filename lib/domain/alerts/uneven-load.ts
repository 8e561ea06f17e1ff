import type { EpochMs } from "../facts";
import { imbalanceOf } from "../imbalance";
import type { Comebacks } from "./comebacks";
import { type Episode, episodesOf, type Point } from "./episodes";
import { Course, gridOf, minuteMs } from "./grid";
import { timingOf } from "./measures";
import type { Plan } from "./planned";
import type { PoolFacts } from "./pool-facts";
import type { Condition, Rule } from "./rule";

/** How many requests of one session in a minute stay together: they count as one when it is asked what chance can do. */
const togetherPerMinute = 6;

/** How unevenly a window's requests were spread over the nodes that served. */
interface Spread {
  at: EpochMs;
  value: number;
  total: number;
  nodes: number;
}

/**
 * Whether chance does not make a node's load so large: sessions come to a node
 * one by one, some with many requests, and stay. Nine times the spread of what
 * so many sessions bring, as a day has many windows.
 */
export function isSurelyUneven(maxOverMean: number, sessions: number, nodes: number): boolean {
  return sessions > 0 && maxOverMean - 1 > 9 * Math.sqrt(nodes / sessions);
}

/** The load of one pool's nodes, reckoned once for all rules. */
export class Loads {
  private readonly spreads = new Map<string, Spread[]>();

  constructor(
    private readonly facts: PoolFacts,
    private readonly plan: Plan,
    private readonly comebacks: Comebacks,
  ) {}

  /** When one node had too much. */
  episodes(rule: Rule, condition: Extract<Condition, { kind: "imbalance" }>): Episode[] {
    const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / minuteMs));
    const loads = this.spread(rule.scope.lb ?? null, window);
    if (loads.every(({ value }) => value <= condition.aboveMaxOverMean)) return [];
    const points = loads.map(({ at, value, total, nodes }): Point => {
      const enough = total >= rule.minTraffic && nodes > 1;
      if (!enough) return { at, value, level: null };
      // Sessions stay where they are: until new ones have come, nodes that were away have less.
      if (this.comebacks.settling(at)) return { at, value, level: 0 };
      const mean = total / nodes;
      const chance = 5 * Math.sqrt((togetherPerMinute * window) / mean);
      const level = Math.min(value / condition.aboveMaxOverMean, (value - 1) / chance);
      return { at, value, level };
    });
    return episodesOf(points, timingOf(rule));
  }

  /** Minute by minute; kept, as many rules ask for the same. */
  private spread(lb: string | null, window: number): Spread[] {
    const key = `${lb ?? ""} ${window}`;
    const known = this.spreads.get(key);
    if (known) return known;
    const { facts, plan } = this;
    const grid = gridOf(facts.from, facts.clock, minuteMs);
    const marks = new Map<string, { at: EpochMs; n: number }[]>();
    for (const row of facts.load) {
      if (row.node === "" || (lb !== null && row.lb !== lb)) continue;
      const own = marks.get(row.node) ?? [];
      marks.set(row.node, own);
      own.push({ at: row.minute, n: row.requests });
    }
    const courses = [...marks].map(([node, own]) => ({ node, course: Course.of(grid, own) }));
    const spread = Array.from({ length: grid.count }, (_, place): Spread => {
      const at = Math.min(grid.start + (place + 1) * minuteMs, facts.clock);
      // A node that is gone, or was taken out on purpose, is no imbalance of those that serve.
      const loads = courses
        .filter(({ node, course }) => course.within(place, 1) > 0 && !plan.holds(node, at))
        .map(({ course }) => course.within(place, window));
      const total = loads.reduce((sum, load) => sum + load, 0);
      return { at, value: imbalanceOf(loads).maxOverMean ?? 1, total, nodes: loads.length };
    });
    this.spreads.set(key, spread);
    return spread;
  }
}
