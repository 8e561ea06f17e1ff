import type { EpochMs } from "../facts";
import { advance, type Episode, goingOn, quiet, type Standing, type Timing } from "./episodes";
import { type Course, type Grid, minuteMs, stepMs } from "./grid";
import { surprise } from "./surprise";

/** How long a time tells what is usual. */
export const usualMs = 60 * minuteMs;
/** New sessions are counted in a minute, for what comes at once, and in two and five, for what comes by and by. */
const newsSteps = [minuteMs, 2 * minuteMs, 5 * minuteMs].map((ms) => ms / stepMs);
const longestNews = Math.max(...newsSteps);
export const longestNewsMs = longestNews * stepMs;
const usualSteps = usualMs / stepMs;
/** What is usual comes in larger and smaller numbers: so many times their spread is no more than usual. */
const chanceSpread = 2;
/** What an incident leaves behind is a small part of what it was at its height. */
export const leftOver = 0.1;

/** How far back what is usual is looked for: what lies before is not whole. */
export const leadInMs = usualMs + longestNewsMs;

/** Somebody changed something, perhaps at the balancers; a node went down; or nothing that is known. */
export type Before = "balancer-change" | "change" | "fall" | "nothing";

/**
 * How rarely chance alone may begin an incident. A cause is looked at some
 * thousands of times a day. Shortly after somebody changed something less is
 * enough, as a day has few such times, and most incidents begin there; least
 * where it is the balancers that err, as single clients do not make such noise.
 * Where a node went down nothing is left to chance but whether sessions notice.
 */
const allowed: Record<Before, number> = {
  nothing: 1e-6,
  change: 5e-5,
  "balancer-change": 1.2e-4,
  fall: 1e-2,
};
/** So many sessions are enough where a node went down. */
export const leastAfterFall = 1;

/** Moves away, one by one, and how rarely chance may bring so many sessions that move. */
export interface Moves {
  course: Course;
  sessionsByChance: number;
}

export interface Watch {
  grid: Grid;
  clock: EpochMs;
  /** What is counted: bounces, losses. */
  course: Course;
  /** The sessions that are newly affected. */
  fresh: Course;
  /** Where each move speaks, not each session alone: a node fails request by request. Null elsewhere. */
  moves: Moves | null;
  traffic: Course;
  /** Of the course, in steps. */
  window: number;
  /** In a minute. */
  abovePerMinute: number;
  /** Of the traffic. */
  aboveShare: number;
  minTraffic: number;
  /** So many sessions at least; 0: the rate alone decides, and nothing is taken to be usual. */
  minSessions: number;
  timing: Timing;
  /** It goes on already: its beginning may lie before the facts. */
  isOpen: boolean;
  /** The first step of which the pool has lines. */
  firstStep: number;
  /** For how long before its first line nothing of the kind is taken to have been, in steps. */
  supposedSteps: number;
  /** What happened shortly before a time that may bring this about. */
  after: (at: EpochMs) => Before;
  /** In how many places it is looked at side by side: chance has as many tries. */
  places: number;
}

/**
 * When a count was too much. It begins when more sessions are newly affected
 * than chance makes of what was usual in the hour before, for as much traffic,
 * and the rate above the usual is over its threshold. Once begun the rate alone decides; what was
 * usual is that of before, however long it lasts.
 */
export function unusualEpisodes(watch: Watch): Episode[] {
  const { grid, clock, course, traffic, window, timing } = watch;
  const perMinute = minuteMs / stepMs / window;
  const usual = new Usual(watch);
  const found: Episode[] = [];
  let standing: Standing = quiet;
  let base = { perStep: 0, perRequest: 0 };
  let last = 0;
  for (let place = 0; place < course.length; place++) {
    const sum = course.within(place, window);
    const isQuiet = standing.state === "quiet";
    if (isQuiet && (sum === 0 || !usual.mayBegin(place))) continue;
    const value = sum * perMinute;
    const lines = traffic.within(place, window);
    if (isQuiet && watch.minSessions > 0) base = usual.rates(place);
    last = value;
    const expected = Math.max(base.perStep * window, base.perRequest * lines);
    const over = Math.max(0, sum - expected - chanceSpread * Math.sqrt(expected));
    const rate = (over * perMinute) / watch.abovePerMinute;
    const level =
      lines < watch.minTraffic || lines === 0
        ? null
        : watch.aboveShare === 0
          ? rate
          : Math.min(rate, over / lines / watch.aboveShare);
    if (isQuiet && (level === null || level <= 1)) continue;
    const at = Math.min(grid.start + (place + 1) * grid.step, clock);
    const begins = !isQuiet || usual.isNews(place);
    const next = advance(standing, { at, value, level, begins }, timing);
    if (isQuiet && next.standing.state !== "quiet") usual.leaveOutFrom(place);
    if (!isQuiet && next.standing.state === "quiet") usual.countAgainFrom(place + 1);
    standing = next.standing;
    if (next.ended) found.push(next.ended);
  }
  return [...found, ...goingOn(standing, last)];
}

/** How many steps are known, and what they had of a course. */
interface Known {
  steps: number;
  of: (course: Course) => number;
}

/** The hour before a step, without the incidents in it. */
class Usual {
  /** Steps that are incidents, from and to (not included); the last may be open. */
  private readonly leftOut: { from: number; to: number }[] = [];

  constructor(private readonly watch: Watch) {}

  leaveOutFrom(place: number): void {
    const from = Math.max(0, place - longestNews);
    this.leftOut.push({ from, to: Number.POSITIVE_INFINITY });
  }

  countAgainFrom(place: number): void {
    const open = this.leftOut.at(-1);
    if (open) open.to = place;
  }

  /** What a step, and a request, has of the course, on the mean. */
  rates(place: number): { perStep: number; perRequest: number } {
    const { course, traffic, window } = this.watch;
    const { steps, of } = this.before(place - window);
    const sum = of(course);
    const lines = of(traffic);
    return {
      perStep: steps === 0 ? 0 : sum / steps,
      perRequest: lines === 0 ? 0 : sum / lines,
    };
  }

  /** Whether enough sessions are newly affected: asked at every step, as it costs nothing. */
  mayBegin(place: number): boolean {
    const { fresh, minSessions } = this.watch;
    return (
      minSessions === 0 ||
      this.wentOnBefore(place) ||
      fresh.within(place, longestNews) >= leastAfterFall
    );
  }

  /** What goes on began before what is usual could be seen. */
  private wentOnBefore(place: number): boolean {
    return this.watch.isOpen && place < usualSteps / 2;
  }

  /** Whether more sessions are newly affected, or are moved more often, than chance makes of what is usual. */
  isNews(place: number): boolean {
    const { grid, fresh, moves, minSessions, after, places } = this.watch;
    if (minSessions === 0 || this.wentOnBefore(place)) return true;
    const before = after(grid.start + place * grid.step);
    const least = before === "fall" ? leastAfterFall : minSessions;
    const atMost = allowed[before] / places;
    // What an incident before left behind is not new.
    const since = place + 1 - (this.leftOut.at(-1)?.to ?? 0);
    const longest = Math.min(longestNews, since);
    if (fresh.within(place, longest) < least) return false;
    const isRare = (course: Course, chance: number) =>
      newsSteps.some((wanted) => {
        const steps = Math.min(wanted, since);
        return course.within(place, steps) >= least && this.chance(course, place, steps) < chance;
      });
    if (isRare(fresh, atMost)) return true;
    if (moves === null || !isRare(moves.course, atMost)) return false;
    return this.chance(fresh, place, longest) < moves.sessionsByChance;
  }

  /** How often chance alone brings as many as the steps up to this one had. */
  private chance(course: Course, place: number, steps: number): number {
    const known = this.before(place - steps);
    const times = this.timesAsLong(place, steps, known);
    return surprise(Math.round(course.within(place, steps)), known.of(course), times);
  }

  /**
   * How many times the last steps what is usual was seen for: by the clock, or
   * by the traffic where there is more now, as that brings more of everything.
   */
  private timesAsLong(place: number, steps: number, known: Known): number {
    const { traffic, supposedSteps } = this.watch;
    const now = traffic.within(place, steps);
    const seen = known.steps / steps;
    return (now === 0 ? seen : Math.min(seen, known.of(traffic) / now)) + supposedSteps / steps;
  }

  /** The steps up to `end`, of an hour at most. */
  private before(end: number): Known {
    const from = Math.max(this.watch.firstStep, end - usualSteps + 1);
    const out = this.leftOut.flatMap((span) => {
      const first = Math.max(from, span.from);
      const to = Math.min(end + 1, span.to);
      return to > first ? [{ first, to }] : [];
    });
    const spans: { first: number; to: number }[] = [];
    let at = from;
    for (const { first, to } of out.sort((a, b) => a.first - b.first)) {
      if (first > at) spans.push({ first: at, to: first });
      at = Math.max(at, to);
    }
    if (end + 1 > at) spans.push({ first: at, to: end + 1 });
    return {
      steps: spans.reduce((sum, { first, to }) => sum + to - first, 0),
      of: (course) =>
        spans.reduce((sum, { first, to }) => sum + course.within(to - 1, to - first), 0),
    };
  }
}
