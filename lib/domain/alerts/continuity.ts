import { type Episode, episodesOf, type Point } from "./episodes";
import { Course, distinctWithin, type Grid, gridOf, minuteMs } from "./grid";
import { timingOf } from "./measures";
import type { ContinuityFacts } from "./pool-facts";
import type { Rule } from "./rule";

interface Shares {
  grid: Grid;
  /** The first minute with a session. */
  first: number;
  /** For a window of so many minutes: the sessions in it, and the share of them that was surely affected. */
  of: (minutes: number) => { sessions: Float64Array; shares: Float64Array };
}

/** The affected share of the sessions, minute by minute, for any window; each window is reckoned once. */
export function continuityShares(facts: ContinuityFacts): Shares {
  const grid = gridOf(facts.from, facts.clock, minuteMs);
  const begun = Course.of(grid, facts.begun);
  const ended = Course.of(grid, facts.ended);
  const known = new Map<number, ReturnType<Shares["of"]>>();
  const reckon = (minutes: number) => {
    const affected = distinctWithin(grid, facts.affected, minutes);
    const sessions = new Float64Array(grid.count);
    const shares = new Float64Array(grid.count);
    for (let place = 0; place < grid.count; place++) {
      // Sessions that run in a window: begun before its end, and not ended before its start.
      const before = place - minutes;
      const running =
        facts.runningBefore +
        begun.within(place, place + 1) -
        (before >= 0 ? ended.within(before, before + 1) : 0);
      sessions[place] = running;
      shares[place] = running > 0 ? Math.min(1, surely(affected[place] ?? 0) / running) : 0;
    }
    return { sessions, shares };
  };
  const firstAt = facts.begun.reduce((least, { at }) => Math.min(least, at), facts.clock);
  return {
    grid,
    first: facts.runningBefore > 0 ? 0 : Math.floor((firstAt - grid.start) / minuteMs),
    of: (minutes) => {
      const found = known.get(minutes) ?? reckon(minutes);
      known.set(minutes, found);
      return found;
    },
  };
}

/** How many would be affected at least if it were not chance that made them so many (one in twenty). */
function surely(affected: number): number {
  return Math.max(0, affected - 1.65 * Math.sqrt(affected));
}

/**
 * Where the budget burned too fast, minute by minute; the value is the burn
 * rate in the long window of the pair that is highest over its limit.
 */
export function continuityEpisodes(
  facts: ContinuityFacts,
  rule: Rule,
  known: Shares = continuityShares(facts),
): Episode[] {
  const { condition } = rule;
  if (condition.kind !== "continuity") return [];
  const { grid, first } = known;
  const budget = 1 - condition.objective;
  const pairs = condition.windows.map(({ longMinutes, shortMinutes, burnRate: limit }) => ({
    longMinutes,
    long: known.of(longMinutes),
    short: known.of(shortMinutes),
    limit,
  }));
  if (pairs.every(({ long, limit }) => long.shares.every((share) => share <= limit * budget)))
    return [];
  const points = Array.from({ length: grid.count }, (_, place): Point => {
    let level: number | null = null;
    let value = 0;
    for (const { longMinutes, long, short, limit } of pairs) {
      if ((long.sessions[place] ?? 0) < rule.minTraffic || !short.sessions[place]) continue;
      // A pool that is younger than the window has burned nothing before.
      const part = Math.min(1, (place + 1 - first) / longMinutes);
      const over = ((long.shares[place] ?? 0) * part) / budget;
      const now = (short.shares[place] ?? 0) / budget;
      const found = Math.min(over, now) / limit;
      if (level === null || found > level) {
        level = found;
        value = over;
      }
    }
    return { at: Math.min(grid.start + (place + 1) * minuteMs, facts.clock), level, value };
  });
  return episodesOf(points, timingOf(rule));
}

/** What is usual needs so many minutes to be known… */
const leastKnown = 15;
/** …and is risen above when it is so many times as much. */
const risen = 1.5;

/**
 * Whether the affected share had risen when this began, above the middle of the
 * longest window before. What goes on since before the facts had risen then.
 */
export function hasRisen(known: Shares, rule: Rule, { since }: Episode): boolean {
  const { condition } = rule;
  if (condition.kind !== "continuity") return true;
  const short = Math.min(...condition.windows.map(({ shortMinutes }) => shortMinutes));
  const long = Math.max(...condition.windows.map(({ longMinutes }) => longMinutes));
  const { shares } = known.of(short);
  const place = Math.ceil((since - known.grid.start) / minuteMs) - 1;
  const before = shares.slice(Math.max(known.first, place - long), Math.max(0, place + 1 - short));
  if (before.length < leastKnown) return known.first === 0;
  const usual = before.sort()[Math.floor(before.length / 2)] ?? 0;
  return (shares[place] ?? 0) > risen * usual;
}
