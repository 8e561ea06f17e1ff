import type { EpochMs } from "../facts";
import type { Comebacks } from "./comebacks";
import { type Episode, episodesOf, type Point } from "./episodes";
import { minuteMs } from "./grid";
import { type Finding, timingOf } from "./measures";
import type { Plan } from "./planned";
import type { PoolFacts } from "./pool-facts";
import type { RequestsByNode } from "./requests-by-node";
import type { Condition, Rule } from "./rule";
import { longestNewsMs } from "./usual";

/** How many requests of one session in a minute stay together: they count as one when it is asked what chance can do. */
const togetherPerMinute = 6;

/** How unevenly a window's requests were spread over the nodes that served. */
interface Spread {
  at: EpochMs;
  /** The most loaded node over the mean of those that served: 1 is even. */
  value: number;
  total: number;
  nodes: number;
  /** The node with the most. */
  busiest: string | null;
}

/**
 * Whether chance does not make a node's load so large: sessions come to a node
 * one by one, some with many requests, and stay. Nine times the spread of what
 * so many sessions bring, as a day has many windows.
 */
export function isSurelyUneven(maxOverMean: number, sessions: number, nodes: number): boolean {
  return sessions > 0 && maxOverMean - 1 > 9 * Math.sqrt(nodes / sessions);
}

/** The time whose sessions tell whether chance made a load uneven; null: what was found does not rest on requests. */
export function restsOn(
  { rule: { condition }, episode, byRequests }: Finding,
  clock: EpochMs,
): { from: EpochMs; to: EpochMs } | null {
  if (!byRequests) return null;
  if (condition.kind === "imbalance")
    return {
      from: episode.since - condition.windowSeconds * 1000,
      to: episode.endedAt ?? clock,
    };
  // What is told at once rests on those that were there then.
  return { from: episode.since - longestNewsMs, to: episode.since };
}

/** Whether chance does not make of so few sessions what was found. */
export function isLikely(
  finding: Finding,
  { load, clock }: Pick<PoolFacts, "load" | "clock">,
  sessionsWithin: (from: EpochMs, to: EpochMs) => number,
): boolean {
  const span = restsOn(finding, clock);
  if (span === null) return true;
  const nodes = new Set(
    load.flatMap(({ minute, node }) => (minute >= span.from && minute < span.to ? node : [])),
  );
  return isSurelyUneven(finding.episode.peak, sessionsWithin(span.from, span.to), nodes.size);
}

/** The load of one pool's nodes, reckoned once for all rules. */
export class Loads {
  private readonly spreads = new Map<string, Spread[]>();

  constructor(
    private readonly requests: RequestsByNode,
    private readonly clock: EpochMs,
    private readonly plan: Plan,
    private readonly comebacks: () => Comebacks,
  ) {}

  /** When one node had too much. */
  findings(rule: Rule, condition: Extract<Condition, { kind: "imbalance" }>): Finding[] {
    return this.episodes(rule, condition).map((episode) => {
      const nodes = this.busiestAt(rule, condition, episode.since);
      return { rule, subject: "imbalance", cause: null, nodes, byRequests: true, episode };
    });
  }

  private busiestAt(
    rule: Rule,
    condition: Extract<Condition, { kind: "imbalance" }>,
    since: EpochMs,
  ): string[] {
    const loads = this.spread(rule.scope.lb ?? null, windowOf(condition));
    const busiest = loads.find(({ at }) => at >= since)?.busiest ?? null;
    return busiest === null ? [] : [busiest];
  }

  private episodes(rule: Rule, condition: Extract<Condition, { kind: "imbalance" }>): Episode[] {
    const window = windowOf(condition);
    const loads = this.spread(rule.scope.lb ?? null, window);
    if (loads.every(({ value }) => value <= condition.aboveMaxOverMean)) return [];
    const points = loads.map(({ at, value, total, nodes }): Point => {
      const enough = total >= rule.minTraffic && nodes > 1;
      if (!enough) return { at, value, level: null };
      const mean = total / nodes;
      const chance = 5 * Math.sqrt((togetherPerMinute * window) / mean);
      const level = Math.min(value / condition.aboveMaxOverMean, (value - 1) / chance);
      // Sessions stay where they are: until new ones have come, nodes that were away have less.
      return { at, value, level, begins: !this.comebacks().settling(at) };
    });
    return episodesOf(points, timingOf(rule));
  }

  /** Minute by minute; kept, as many rules ask for the same. */
  private spread(lb: string | null, window: number): Spread[] {
    const key = `${lb ?? ""} ${window}`;
    const known = this.spreads.get(key);
    if (known) return known;
    const { clock, plan } = this;
    const { grid } = this.requests;
    const courses = this.requests.through(lb);
    const spread = Array.from({ length: grid.count }, (_, place): Spread => {
      const at = Math.min(grid.start + (place + 1) * minuteMs, clock);
      let busiest: string | null = null;
      let most = 0;
      let total = 0;
      let nodes = 0;
      for (const [node, course] of courses) {
        // A node that is gone, or was taken out on purpose, is no imbalance of those that serve.
        if (course.within(place, 1) <= 0 || plan.holds(node, at)) continue;
        const load = course.within(place, window);
        total += load;
        nodes += 1;
        if (busiest !== null && load <= most) continue;
        busiest = node;
        most = load;
      }
      return { at, value: total > 0 ? most / (total / nodes) : 1, total, nodes, busiest };
    });
    this.spreads.set(key, spread);
    return spread;
  }
}

function windowOf({ windowSeconds }: Extract<Condition, { kind: "imbalance" }>): number {
  return Math.max(1, Math.round((windowSeconds * 1000) / minuteMs));
}
