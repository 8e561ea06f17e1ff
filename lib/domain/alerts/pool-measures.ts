import { classOf } from "../causes";
import type { EpochMs } from "../facts";
import { imbalanceOf } from "../imbalance";
import { Comebacks } from "./comebacks";
import { episodesOf, type Point } from "./episodes";
import { Course, distinctWithin, type Grid, gridOf, minuteMs, stepMs } from "./grid";
import {
  type Finding,
  inScope,
  matchesBounce,
  narrowed,
  subjectOf,
  subjects,
  timingOf,
} from "./measures";
import { Plan } from "./planned";
import type { BounceCount, LossCount, PoolFacts } from "./pool-facts";
import { type Condition, newsMs, type Rule, type RuleScope, usualMs } from "./rule";

const newsSteps = newsMs / stepMs;
const usualWindows = usualMs / newsMs;
/** What lies before is not whole there. */
const leadInSteps = newsSteps + usualMs / stepMs;

/** The courses of one pool, reckoned once for all rules that look at the whole of it. */
export class PoolMeasures {
  private readonly grid: Grid;
  private readonly plan: Plan;
  private back: Comebacks | null = null;
  private readonly bounces: BounceCount[];
  private readonly losses: LossCount[];
  private readonly known = new Map<string, Course>();
  private readonly spreads = new Map<string, Spread[]>();

  /**
   * @param open what goes on already: its beginning may lie before the facts.
   */
  constructor(
    private readonly facts: PoolFacts,
    private readonly open: ReadonlySet<string> = new Set(),
  ) {
    this.grid = gridOf(facts.from, facts.clock, stepMs);
    this.plan = new Plan(facts.changes);
    // Who comes back to a node that is there again is no trouble.
    this.bounces = facts.bounces.filter(
      (bounce) =>
        !(bounce.isReturn && classOf(bounce.cause) === "infrastructure") &&
        !(bounce.cause === "pool-change" && this.comebacks().leadTo(bounce.to, bounce.at)) &&
        !this.plan.covers(bounce),
    );
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

  /** Whether most of what no state explains in a time was meant to happen, as when a hash remaps for a drain. */
  isMostlyPlanned(from: EpochMs, to: EpochMs): boolean {
    const count = (bounces: readonly BounceCount[], losses: readonly LossCount[]) => {
      const moved = bounces.filter(
        ({ at, cause }) => at >= from && at < to && classOf(cause) !== "infrastructure",
      );
      const lost = losses.filter(({ at }) => at >= from && at < to);
      return [...moved, ...lost].reduce((sum, { n }) => sum + n, 0);
    };
    const all = count(this.facts.bounces, this.facts.losses);
    return all > 0 && count(this.bounces, this.losses) < all / 2;
  }

  /** Reckoned only where it is asked for: nearly every pool is calm. */
  private comebacks(): Comebacks {
    this.back ??= new Comebacks(this.facts.load);
    return this.back;
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
    measure: (
      sum: number,
      place: number,
    ) => { value: number; level: number | null; begins?: boolean },
  ): Generator<Point> {
    for (let place = 0; place < course.length; place++) {
      const { value, level, begins = true } = measure(course.within(place, window), place);
      const end = this.grid.start + (place + 1) * this.grid.step;
      yield { at: Math.min(end, this.facts.clock), value, level, begins };
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
      const { aboveShare = 0, minSessions = 0 } = condition;
      // Nearly every pool is calm nearly always: its course need not be walked along.
      if (course.most(window) * perMinute <= condition.abovePerMinute) return [];
      const fresh = this.course(`fresh ${subject}`, scope, () =>
        Course.of(
          this.grid,
          this.bounces.filter(
            (bounce) =>
              bounce.isFresh && classOf(bounce.cause) === subject && matchesBounce(scope, bounce),
          ),
        ),
      );
      const requests = this.requests(scope);
      return this.found(
        rule,
        subject,
        this.points(course, window, (sum, place) => {
          const value = sum * perMinute;
          const traffic = requests.within(place, window);
          if (traffic < rule.minTraffic) return { value, level: null };
          const rate = value / condition.abovePerMinute;
          const level = aboveShare === 0 ? rate : Math.min(rate, sum / traffic / aboveShare);
          const begins = minSessions === 0 || this.isNews(fresh, place, minSessions, subject);
          return { value, level, begins };
        }),
      );
    });
  }

  /**
   * Whether so many sessions are newly affected, and more than is usual in the
   * pool: one client that never sends its cookie makes many bounces, an incident
   * concerns many sessions.
   */
  private isNews(fresh: Course, place: number, least: number, subject: string): boolean {
    const now = fresh.within(place, newsSteps);
    if (now >= least) {
      const past: number[] = [];
      for (let back = 1; back <= usualWindows; back++)
        past.push(fresh.within(Math.max(-1, place - back * newsSteps), newsSteps));
      const usual = past.sort((a, b) => a - b)[Math.floor(past.length / 2)] ?? 0;
      // Chance alone does not go that far above it.
      if (now >= usual + 4 * Math.sqrt(usual) + (usual > 0 ? 3 : 0)) return true;
    }
    return place < leadInSteps && this.open.has(subject);
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
      if (!enough) return { at, value, level: null };
      // Sessions stay where they are: until new ones have come, nodes that were away have less.
      if (this.comebacks().settling(at)) return { at, value, level: 0 };
      const mean = total / nodes;
      const chance = 5 * Math.sqrt(requestsPerSession / mean);
      const level = Math.min(value / condition.aboveMaxOverMean, (value - 1) / chance);
      return { at, value, level };
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

/** Requests of one session in a window stay together: so many count as one when it is asked what chance can do. */
const requestsPerSession = 60;

/** How unevenly a window's requests were spread over the nodes that served. */
interface Spread {
  at: EpochMs;
  value: number;
  total: number;
  nodes: number;
}
