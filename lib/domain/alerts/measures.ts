import { classOf, isExplained } from "../causes";
import type { EpochMs } from "../facts";
import { imbalanceOf } from "../imbalance";
import { type Episode, episodesOf, type Point } from "./episodes";
import { Course, distinctWithin, type Grid, gridOf, minuteMs, stepMs } from "./grid";
import { Plan } from "./planned";
import type {
  BounceCount,
  ContinuityFacts,
  DeliveryCount,
  LossCount,
  PoolFacts,
  Subject,
} from "./pool-facts";
import type { Condition, Rule, RuleScope } from "./rule";

/** A time in which one rule's measure of one subject was too much. */
export interface Finding {
  rule: Rule;
  /** What it is about: a class of causes, the store, or a thing such as `silent:edge-1`. */
  subject: string;
  episode: Episode;
}

const subjects = ["infrastructure", "routing", "client", "unknown", "storage"] as const;

/** To what a loss is laid. */
export function subjectOf(loss: Pick<LossCount, "cause" | "lostTo">): Subject {
  if (loss.lostTo === "storage") return "storage";
  if (loss.cause !== null) return classOf(loss.cause);
  return loss.lostTo ?? "unknown";
}

export function inScope(rule: Rule, pool: string | null, source: string | null = null): boolean {
  const { scope } = rule;
  return (
    rule.enabled &&
    (!scope.pool || scope.pool === pool) &&
    (!scope.source || scope.source === source)
  );
}

function timingOf(rule: Rule) {
  return {
    forMs: rule.forSeconds * 1000,
    clearBelow: rule.clearBelow,
    clearForMs: rule.clearForSeconds * 1000,
  };
}

function narrowed(scope: RuleScope): boolean {
  return Boolean(scope.lb || scope.node || scope.cause);
}

function matchesBounce(scope: RuleScope, bounce: BounceCount): boolean {
  return (
    (!scope.lb || scope.lb === bounce.lb) &&
    (!scope.node || scope.node === bounce.from || scope.node === bounce.to) &&
    (!scope.cause || scope.cause === bounce.cause)
  );
}

/** The courses of one pool, reckoned once for all rules that look at the whole of it. */
export class PoolMeasures {
  private readonly grid: Grid;
  private readonly plan: Plan;
  private readonly bounces: BounceCount[];
  private readonly losses: LossCount[];
  private readonly known = new Map<string, Course>();
  private readonly spreads = new Map<string, Spread[]>();

  constructor(private readonly facts: PoolFacts) {
    this.grid = gridOf(facts.from, facts.clock, stepMs);
    this.plan = new Plan(facts.changes);
    this.bounces = facts.bounces.filter((bounce) => !this.plan.covers(bounce));
    this.losses = facts.losses.filter(
      ({ at, cause, from }) =>
        cause === null || from === null || !this.plan.covers({ at, cause, from }),
    );
  }

  /** Everything that a rule finds in this pool; rules of sources, clocks and budgets find nothing here. */
  findings(rule: Rule): Finding[] {
    const { condition } = rule;
    if (!inScope(rule, this.facts.pool)) return [];
    switch (condition.kind) {
      case "bounce-rate":
      case "unexplained-bounces":
        return this.bounceFindings(rule, condition);
      case "lost-sessions":
        return this.lossFindings(rule, condition);
      case "ping-pong":
        return this.pingPongFindings(rule, condition);
      case "imbalance":
        return this.imbalanceFindings(rule, condition);
      case "continuity":
      case "clock-offset":
      case "silent":
      case "rejects":
        return [];
    }
  }

  private course(key: string, scope: RuleScope, make: () => Course): Course {
    if (narrowed(scope)) return make();
    const known = this.known.get(key);
    if (known) return known;
    const made = make();
    this.known.set(key, made);
    return made;
  }

  private requests(scope: RuleScope): Course {
    const { load } = this.facts;
    return this.course("requests", scope, () => {
      // A minute's requests are spread over its steps.
      const steps = minuteMs / stepMs;
      const marks = load
        .filter(
          ({ lb, node }) => (!scope.lb || scope.lb === lb) && (!scope.node || scope.node === node),
        )
        .flatMap(({ minute, requests }) =>
          Array.from({ length: steps }, (_, part) => ({
            at: minute + part * stepMs,
            n: requests / steps,
          })),
        );
      return Course.of(this.grid, marks);
    });
  }

  private *points(
    course: Course,
    window: number,
    measure: (sum: number, place: number) => { value: number; level: number | null },
  ): Generator<Point> {
    for (let place = 0; place < course.length; place++) {
      const { value, level } = measure(course.within(place, window), place);
      const end = this.grid.start + (place + 1) * this.grid.step;
      yield { at: Math.min(end, this.facts.clock), value, level };
    }
  }

  private found(rule: Rule, subject: string, points: Iterable<Point>): Finding[] {
    return episodesOf(points, timingOf(rule)).map((episode) => ({ rule, subject, episode }));
  }

  private bounceFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "bounce-rate" | "unexplained-bounces" }>,
  ): Finding[] {
    const { scope } = rule;
    const requests = this.requests(scope);
    const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / stepMs));
    return subjects.flatMap((subject) => {
      if (condition.kind === "unexplained-bounces" && subject === "infrastructure") return [];
      const course = this.course(`bounces ${subject}`, scope, () =>
        Course.of(
          this.grid,
          this.bounces.filter(
            (bounce) => classOf(bounce.cause) === subject && matchesBounce(scope, bounce),
          ),
        ),
      );
      const perMinute = 60 / condition.windowSeconds;
      // Nearly every pool is calm nearly always: its course need not be walked along.
      if (course.most(window) * perMinute <= condition.abovePerMinute) return [];
      return this.found(
        rule,
        subject,
        this.points(course, window, (sum, place) => {
          const value = sum * perMinute;
          const traffic = requests.within(place, window);
          if (traffic < rule.minTraffic) return { value, level: null };
          const rate = value / condition.abovePerMinute;
          if (condition.kind === "bounce-rate" || condition.aboveShare === 0)
            return { value, level: rate };
          return { value, level: Math.min(rate, sum / traffic / condition.aboveShare) };
        }),
      );
    });
  }

  private lossFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "lost-sessions" }>,
  ): Finding[] {
    const { scope } = rule;
    const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / stepMs));
    return subjects.flatMap((subject) => {
      const course = this.course(`losses ${subject}`, scope, () =>
        Course.of(
          this.grid,
          this.losses.filter(
            (loss) =>
              subjectOf(loss) === subject &&
              (!scope.node || scope.node === loss.node || scope.node === loss.from) &&
              (!scope.lb || scope.lb === loss.lb) &&
              (!scope.cause || scope.cause === loss.cause),
          ),
        ),
      );
      if (course.most(window) <= condition.above) return [];
      const points = this.points(course, window, (value) => ({
        value,
        level: value / condition.above,
      }));
      return this.found(rule, subject, points);
    });
  }

  private pingPongFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "ping-pong" }>,
  ): Finding[] {
    const grid = gridOf(this.facts.from, this.facts.clock, minuteMs);
    const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / minuteMs));
    return subjects.flatMap((subject) => {
      const marks = this.facts.pingPong.filter(
        ({ cause }) =>
          classOf(cause) === subject && (!rule.scope.cause || rule.scope.cause === cause),
      );
      if (marks.length === 0) return [];
      const counts = distinctWithin(grid, marks, window);
      return this.found(
        rule,
        subject,
        Array.from(counts, (value, place) => ({
          at: Math.min(grid.start + (place + 1) * minuteMs, this.facts.clock),
          value,
          level: value / condition.above,
        })),
      );
    });
  }

  private imbalanceFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "imbalance" }>,
  ): Finding[] {
    const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / minuteMs));
    const loads = this.spread(rule.scope.lb ?? null, window);
    if (loads.every(({ value }) => value <= condition.aboveMaxOverMean)) return [];
    const points = loads.map(({ at, value, total, nodes }): Point => {
      const enough = total >= rule.minTraffic && nodes > 1;
      return { at, value, level: enough ? value / condition.aboveMaxOverMean : null };
    });
    return this.found(rule, "imbalance", points);
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

/** How unevenly a window's requests were spread over the nodes that served. */
interface Spread {
  at: EpochMs;
  value: number;
  total: number;
  nodes: number;
}

interface Shares {
  grid: Grid;
  /** For a window of so many minutes: the sessions in it, and the share of them that was affected. */
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
      shares[place] = running > 0 ? Math.min(1, (affected[place] ?? 0) / running) : 0;
    }
    return { sessions, shares };
  };
  return {
    grid,
    of: (minutes) => {
      const found = known.get(minutes) ?? reckon(minutes);
      known.set(minutes, found);
      return found;
    },
  };
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
  const { grid } = known;
  const budget = 1 - condition.objective;
  const pairs = condition.windows.map(({ longMinutes, shortMinutes, burnRate: limit }) => ({
    long: known.of(longMinutes),
    short: known.of(shortMinutes),
    limit,
  }));
  if (pairs.every(({ long, limit }) => long.shares.every((share) => share <= limit * budget)))
    return [];
  const points = Array.from({ length: grid.count }, (_, place): Point => {
    let level: number | null = null;
    let value = 0;
    for (const { long, short, limit } of pairs) {
      if ((long.sessions[place] ?? 0) < rule.minTraffic || !short.sessions[place]) continue;
      const over = (long.shares[place] ?? 0) / budget;
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

/** How many of the last sixty minutes with a delivery make a source a regular one. */
const regularMinutes = 10;
/** What has been silent for a day was switched off. */
const forgottenMs = 24 * 3_600_000;

/**
 * A regular source that went silent: from its last delivery on. One that sent
 * a file or two owes nothing.
 */
export function silentEpisode(
  deliveries: readonly DeliveryCount[],
  rule: Rule,
  now: EpochMs,
): Episode | null {
  const { condition } = rule;
  if (condition.kind !== "silent" || deliveries.length < regularMinutes) return null;
  const lastAt = Math.max(...deliveries.map((row) => row.lastAt));
  const lately = deliveries.filter(({ minute }) => minute > lastAt - 60 * minuteMs);
  const silentMs = now - lastAt;
  if (lately.length < regularMinutes || silentMs > forgottenMs) return null;
  const dueAt = lastAt + condition.afterSeconds * 1000;
  if (now < dueAt) return null;
  const seconds = Math.round(silentMs / 1000);
  return { since: lastAt, firedAt: dueAt, endedAt: null, peak: seconds, last: seconds };
}

/** Where too many of a source's lines could not be read, by the minute in which they came. */
export function rejectEpisodes(
  deliveries: readonly DeliveryCount[],
  rule: Rule,
  from: EpochMs,
  now: EpochMs,
): Episode[] {
  const { condition } = rule;
  if (condition.kind !== "rejects") return [];
  const grid = gridOf(from, now, minuteMs);
  const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / minuteMs));
  const of = (n: (row: DeliveryCount) => number) =>
    Course.of(
      grid,
      deliveries.map((row) => ({ at: row.minute, n: n(row) })),
    );
  const rejected = of((row) => row.rejected);
  const lines = of((row) => row.accepted + row.rejected);
  return episodesOf(
    Array.from({ length: grid.count }, (_, place): Point => {
      const bad = rejected.within(place, window);
      const all = lines.within(place, window);
      const value = all === 0 ? 0 : bad / all;
      const at = Math.min(grid.start + (place + 1) * minuteMs, now);
      // Silence after a flood of rejects is an end of the rejects.
      return { at, value, level: bad >= condition.minLines ? value / condition.aboveShare : 0 };
    }),
    timingOf(rule),
  );
}

/** Unexplained bounces and losses by class, the most frequent first: what a burning budget is laid to. */
export function mainSubject(facts: PoolFacts, from: EpochMs, to: EpochMs): Subject {
  const counts = new Map<Subject, number>();
  const add = (subject: Subject, n: number) => counts.set(subject, (counts.get(subject) ?? 0) + n);
  for (const { at, cause, n } of facts.bounces)
    if (at >= from && at < to && !isExplained(cause)) add(classOf(cause), n);
  for (const loss of facts.losses)
    if (loss.at >= from && loss.at < to) add(subjectOf(loss), loss.n);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? "unknown";
}
