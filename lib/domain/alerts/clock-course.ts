import type { EpochMs } from "../facts";
import { type Episode, episodesOf, type Point } from "./episodes";
import { minuteMs } from "./grid";
import { timingOf } from "./measures";
import type { Rule } from "./rule";

/** What a few events told of a clock is true no longer than this, unless they tell it again. */
const keptMs = 10 * minuteMs;
/** Clocks that are compared differ by less from one time to the next, unless one of them was set. */
const turnMs = 500;
/** What was told longer ago is forgotten. */
const reachMs = 120 * minuteMs;

/** How far a node's app clock is off. */
export interface NodeOffset {
  pool: string;
  node: string;
  offsetMs: number;
}

interface Told {
  pool: string;
  node: string;
  /** In the order of time. */
  offsets: { at: EpochMs; offsetMs: number }[];
}

/**
 * What was told of nodes' clocks, in log time. A node that is asked little tells
 * something in one minute and nothing in the next: its clock is off until it is
 * seen to be right again, or until nothing has been told for long.
 */
export class ClockCourse {
  private readonly nodes = new Map<string, Told>();

  /** Notes what a time told; what it told before is gone. */
  hear({ pool, node, offsetMs }: NodeOffset, at: EpochMs): void {
    const key = JSON.stringify([pool, node]);
    const told = this.nodes.get(key) ?? { pool, node, offsets: [] };
    this.nodes.set(key, told);
    const offsets = told.offsets.filter((one) => one.at !== at && one.at > at - reachMs);
    told.offsets = [...offsets, { at, offsetMs }].sort((a, b) => a.at - b.at);
  }

  /** Whether a time tells something else of a clock than the time before it did. */
  turns({ pool, node, offsetMs }: NodeOffset, at: EpochMs): boolean {
    const told = this.nodes.get(JSON.stringify([pool, node]))?.offsets;
    const before = told?.findLast((one) => one.at < at)?.offsetMs ?? 0;
    return Math.abs(offsetMs - before) >= turnMs;
  }

  /** Whether anything was told of a node not long before. */
  isKnown({ pool, node }: Pick<NodeOffset, "pool" | "node">, at: EpochMs): boolean {
    const told = this.nodes.get(JSON.stringify([pool, node]));
    return told?.offsets.some((one) => one.at <= at && at - one.at <= keptMs) ?? false;
  }

  /** When the clocks of a pool's nodes were off, as far as its log time has come. */
  episodes(pool: string, rule: Rule, clock: EpochMs): { node: string; episode: Episode }[] {
    const { condition, scope } = rule;
    if (condition.kind !== "clock-offset") return [];
    return [...this.nodes.values()].flatMap(({ pool: of, node, offsets }) => {
      if (of !== pool || (scope.node && scope.node !== node)) return [];
      const points = offsets.flatMap(({ at, offsetMs }, place): Point[] => {
        const value = Math.abs(Math.round(offsetMs));
        const next = offsets[place + 1]?.at ?? clock;
        const point = { at, value, level: value / condition.aboveMs };
        return next - at <= keptMs ? [point] : [point, ...silence(at + keptMs, rule)];
      });
      return episodesOf(points, timingOf(rule)).map((episode) => ({ node, episode }));
    });
  }
}

/** Nothing more is told: whatever goes on is over. */
function silence(at: EpochMs, rule: Rule): Point[] {
  const point = { value: 0, level: 0 };
  return [
    { ...point, at },
    { ...point, at: at + timingOf(rule).clearForMs },
  ];
}
