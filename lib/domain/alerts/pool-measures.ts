import { type Cause, classOf } from "../causes";
import type { EpochMs } from "../facts";
import { Comebacks } from "./comebacks";
import { type Episode, episodesOf, type Point } from "./episodes";
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
import { Placements } from "./placements";
import { Plan } from "./planned";
import type { BounceCount, LossCount, PoolFacts, Subject } from "./pool-facts";
import { RequestsByNode } from "./requests-by-node";
import type { Condition, Rule, RuleScope } from "./rule";
import { Loads } from "./uneven-load";
import { leastAfterFall, leftOver, longestNewsMs, unusualEpisodes, usualMs } from "./usual";

/**
 * What a balancer or a node does wrong, and no client by itself: a pool of which
 * nothing is known yet is taken to have had none of it.
 */
const neverByChance: ReadonlySet<Cause> = new Set([
  "failover",
  "health-flap",
  "drain",
  "no-affinity",
  "lb-disagreement",
  "cookie-not-set",
  "cookie-invalid",
]);

/**
 * What a move to a node that is there again is put down to where a hash leads sessions to it: without a line that tells
 * the node's state, nothing proves it.
 */
const remaps: ReadonlySet<Cause> = new Set(["pool-change", "unknown"]);

/** One session that a balancer treats wrongly may have its own reason; that two do in a quiet hour is this rare. */
const twoSessionsByChance = 1e-3;

/** Bounces or losses of one kind in one step. */
interface Mark {
  at: EpochMs;
  n: number;
  isFresh: boolean;
  isReturn: boolean;
  /** The node left. */
  from?: string;
}

/** The courses of one pool, reckoned once for all rules that look at the whole of it. */
export class PoolMeasures {
  private readonly grid: Grid;
  private readonly plan: Plan;
  private back: Comebacks | null = null;
  private readonly bounces: BounceCount[];
  private readonly losses: LossCount[];
  private readonly known = new Map<string, Course>();
  private readonly firstStep: number;
  private seen: Map<Subject, Set<Cause>> | null = null;
  private readonly nodeRequests: RequestsByNode;
  private loads: Loads | null = null;
  private placements: Placements | null = null;

  /**
   * @param open what goes on already: its beginning may lie before the facts.
   */
  constructor(
    private readonly facts: PoolFacts,
    private readonly open: ReadonlySet<string> = new Set(),
  ) {
    this.grid = gridOf(facts.from, facts.clock, stepMs);
    this.plan = new Plan(facts.changes);
    this.nodeRequests = new RequestsByNode(facts);
    const first = facts.load.reduce((least, { minute }) => Math.min(least, minute), facts.clock);
    this.firstStep = Math.max(0, Math.floor((first - this.grid.start) / stepMs));
    // Who comes back to a node that is there again is no trouble.
    this.bounces = facts.bounces.filter(
      (bounce) =>
        !(bounce.isReturn && classOf(bounce.cause) === "infrastructure") &&
        !(remaps.has(bounce.cause) && this.comebacks().leadTo(bounce.to, bounce.at)) &&
        !this.plan.covers(bounce),
    );
    this.losses = facts.losses.filter(
      ({ at, cause, from }) =>
        cause === null || from === null || !this.plan.coversLoss({ at, cause, from }),
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
        return this.uneven().findings(rule, condition);
      case "node-share":
        return this.shares().findings(rule, condition);
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
      const marks = load
        .filter(
          ({ lb, node }) => (!scope.lb || scope.lb === lb) && (!scope.node || scope.node === node),
        )
        .flatMap(({ minute, requests }) => {
          // A minute's requests are spread over its steps, as far as it has come.
          const known = Math.min(minuteMs, Math.max(stepMs, this.facts.clock - minute));
          const steps = Math.ceil(known / stepMs);
          return Array.from({ length: steps }, (_, part) => ({
            at: minute + part * stepMs,
            n: requests / steps,
          }));
        });
      return Course.of(this.grid, marks);
    });
  }

  /** Where some bounces or losses were more than usual, by themselves and by the sessions that are newly affected. */
  private unusual(
    rule: Rule,
    key: string,
    measure: {
      windowSeconds: number;
      abovePerMinute: number;
      aboveShare: number;
      minSessions: number;
    },
    marks: () => Iterable<Mark>,
    { subject, cause, places = 1 }: { subject: Subject; cause: Cause | null; places?: number },
  ): Finding[] {
    const { scope } = rule;
    const course = this.course(key, scope, () => Course.of(this.grid, marks()));
    const window = Math.max(1, Math.round((measure.windowSeconds * 1000) / stepMs));
    // Nearly every pool is calm nearly always: its course need not be walked along.
    const mostPerMinute = (course.most(window) * minuteMs) / (window * stepMs);
    if (mostPerMinute <= measure.abovePerMinute) return [];
    const fresh = this.course(`fresh ${key}`, scope, () =>
      Course.of(
        this.grid,
        [...marks()].filter(({ isFresh }) => isFresh),
      ),
    );
    // …nor where too few sessions are concerned to begin anything.
    const least =
      subject === "infrastructure" && this.plan.hasFalls ? leastAfterFall : measure.minSessions;
    if (fresh.most(longestNewsMs / stepMs) < least && !this.open.has(subject)) return [];
    const isFault = cause !== null && neverByChance.has(cause);
    const sessionsByChance =
      subject === "infrastructure" ? 1 : isFault ? twoSessionsByChance : null;
    const moves =
      sessionsByChance === null
        ? null
        : {
            sessionsByChance,
            course: this.course(`away ${key}`, scope, () =>
              Course.of(
                this.grid,
                [...marks()].filter(({ isReturn }) => !isReturn),
              ),
            ),
          };
    const episodes = unusualEpisodes({
      ...measure,
      grid: this.grid,
      clock: this.facts.clock,
      course,
      fresh,
      moves,
      traffic: this.requests(scope),
      window,
      minTraffic: rule.minTraffic,
      timing: { ...timingOf(rule), clearBelowHeight: measure.minSessions > 0 ? leftOver : 0 },
      isOpen: this.open.has(subject),
      places,
      firstStep: this.firstStep,
      supposedSteps: isFault ? usualMs / stepMs : 0,
      after: (at) => {
        if (subject === "infrastructure" && this.plan.fellBefore(at)) return "fall";
        if (!this.plan.changedBefore(at, cause, subject)) return "nothing";
        return subject === "routing" ? "balancer-change" : "change";
      },
    });
    return episodes.map((found) => {
      const episode = cause === "health-flap" ? this.whileFlapping(found, marks) : found;
      return { rule, subject, cause, episode };
    });
  }

  /** A node that goes on to flap moves somebody now and then: it is one incident until it has stopped. */
  private whileFlapping(episode: Episode, marks: () => Iterable<Mark>): Episode {
    const { since, endedAt } = episode;
    if (endedAt === null) return episode;
    const nodes = new Set<string>();
    // It was found at the end of a window.
    for (const { at, from } of marks())
      if (from !== undefined && at >= since - longestNewsMs && at < endedAt) nodes.add(from);
    return { ...episode, endedAt: this.plan.flappedUntil(nodes, endedAt, this.facts.clock) };
  }

  /** Each cause by itself, and all of its class: an incident may have several causes, none of which is much. */
  private bounceFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "bounce-rate" | "unexplained-bounces" }>,
  ): Finding[] {
    const { scope } = rule;
    const { aboveShare = 0, minSessions = 0 } = condition;
    const measure = { ...condition, aboveShare, minSessions };
    return [...this.causesSeen()].flatMap(([subject, causes]) => {
      if (condition.kind === "unexplained-bounces" && subject === "infrastructure") return [];
      const atNodes = subject === "infrastructure" && minSessions > 0 && !narrowed(scope);
      const whole = [null, ...(causes.size > 1 ? causes : [])].flatMap((one) => {
        const cause = one ?? (causes.size === 1 ? ([...causes][0] ?? null) : null);
        const marks = () =>
          this.bounces.filter(
            (bounce) =>
              (one === null ? classOf(bounce.cause) === subject : bounce.cause === one) &&
              matchesBounce(scope, bounce),
          );
        return this.unusual(rule, `bounces ${one ?? subject}`, measure, marks, { subject, cause });
      });
      return atNodes ? [...whole, ...this.nodeFindings(rule, measure, causes)] : whole;
    });
  }

  /** One node that fails now and again is lost in what all others do: each is looked at by itself. */
  private nodeFindings(
    rule: Rule,
    measure: {
      windowSeconds: number;
      abovePerMinute: number;
      aboveShare: number;
      minSessions: number;
    },
    causes: ReadonlySet<Cause>,
  ): Finding[] {
    const places = new Set(this.bounces.map(({ from }) => from)).size;
    if (places < 2) return [];
    return [...causes].flatMap((cause) => {
      const own = this.bounces.filter((bounce) => bounce.cause === cause);
      return [...new Set(own.map(({ from }) => from))].flatMap((node) => {
        const marks = () => own.filter(({ from }) => from === node);
        return this.unusual(rule, `bounces ${cause} from ${node}`, measure, marks, {
          subject: "infrastructure",
          cause,
          places,
        });
      });
    });
  }

  /** The causes of the bounces there are, by class. */
  private causesSeen(): Map<Subject, Set<Cause>> {
    if (this.seen) return this.seen;
    const seen = new Map<Subject, Set<Cause>>();
    for (const { cause } of this.bounces) {
      const subject = classOf(cause);
      seen.set(subject, (seen.get(subject) ?? new Set()).add(cause));
    }
    this.seen = seen;
    return seen;
  }

  private lossFindings(
    rule: Rule,
    condition: Extract<Condition, { kind: "lost-sessions" }>,
  ): Finding[] {
    const { scope } = rule;
    const measure = {
      windowSeconds: condition.windowSeconds,
      abovePerMinute: (condition.above * 60) / condition.windowSeconds,
      aboveShare: 0,
      minSessions: condition.minSessions ?? 0,
    };
    const kinds = new Map<string, { subject: Subject; cause: Cause | null }>();
    for (const loss of this.losses) {
      const kind = {
        subject: subjectOf(loss),
        cause: loss.lostTo === "storage" ? null : loss.cause,
      };
      kinds.set(`losses ${kind.subject} ${kind.cause ?? ""}`, kind);
    }
    return [...kinds].flatMap(([key, { subject, cause }]) => {
      const marks = () =>
        this.losses
          .filter(
            (loss) =>
              subjectOf(loss) === subject &&
              (subject === "storage" || loss.cause === cause) &&
              (!scope.node || scope.node === loss.node || scope.node === loss.from) &&
              (!scope.lb || scope.lb === loss.lb) &&
              (!scope.cause || scope.cause === loss.cause),
          )
          // Each is the loss of a session.
          .map(({ at, n }) => ({ at, n, isFresh: true, isReturn: false }));
      return this.unusual(rule, key, measure, marks, { subject, cause });
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
        ({ at, cause }) =>
          classOf(cause) === subject &&
          (!rule.scope.cause || rule.scope.cause === cause) &&
          // A mark is that of a minute.
          !(cause === "pool-change" && (this.plan.remaps(at) || this.plan.remaps(at + minuteMs))),
      );
      if (marks.length === 0) return [];
      const counts = distinctWithin(grid, marks, window);
      const { minSessions = 0 } = condition;
      const first = Math.floor((this.firstStep * stepMs) / minuteMs);
      const points = Array.from(counts, (value, place): Point => {
        const usual = minSessions > 0 ? usualCount(counts, place, window, first) : 0;
        return {
          at: Math.min(grid.start + (place + 1) * minuteMs, this.facts.clock),
          value,
          level: Math.max(0, value - usual) / condition.above,
          begins: value >= minSessions && value >= usual + 4 * Math.sqrt(usual),
        };
      });
      return episodesOf(points, timingOf(rule)).map((episode) => ({
        rule,
        subject,
        cause: null,
        episode,
      }));
    });
  }

  private uneven(): Loads {
    this.loads ??= new Loads(this.nodeRequests, this.facts.clock, this.plan, () =>
      this.comebacks(),
    );
    return this.loads;
  }

  private shares(): Placements {
    this.placements ??= new Placements(this.facts, this.nodeRequests, this.plan, () =>
      this.comebacks(),
    );
    return this.placements;
  }
}

/** The middle of what was counted in the hour before the window, from the pool's first line on. */
function usualCount(counts: Float64Array, place: number, window: number, first: number): number {
  const end = Math.max(0, place - window + 1);
  const before = counts.subarray(Math.max(Math.min(first, end), end - usualMs / minuteMs), end);
  return [...before].sort((a, b) => a - b)[Math.floor(before.length / 2)] ?? 0;
}
