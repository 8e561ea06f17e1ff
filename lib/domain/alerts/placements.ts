import type { EpochMs } from "../facts";
import { Comebacks, settleMs } from "./comebacks";
import { Course, type Grid, gridOf, minuteMs, stepMs } from "./grid";
import { type Finding, timingOf } from "./measures";
import { type Shares, ShareWatch } from "./node-share";
import type { Plan } from "./planned";
import type { PoolFacts, StartCount } from "./pool-facts";
import type { RequestsByNode } from "./requests-by-node";
import type { Condition, Rule } from "./rule";
import { usualMs } from "./usual";

/** What begins goes elsewhere for a while where a node came, left or came back. */
const newSettleMs = 10 * minuteMs;
/** Clients that begin fewer of the sessions than this are no single clients: something stands before them. */
const individual = 0.3;
/** At once, by and by, and slowly. */
const windowsMs = [30_000, minuteMs, 2 * minuteMs, 5 * minuteMs];
/** Requests come and go with sessions: it takes so long to know how many each node has. */
const knownMs = 30 * minuteMs;

/**
 * How a pool's nodes get their parts: of the sessions that begin, which tells of
 * a balancer at once, and of the requests, which tells of sessions as well.
 */
export class Placements {
  private begun: ShareWatch | null = null;
  private readonly requested = new Map<string, ShareWatch>();
  private readonly minutes: Grid;
  private readonly served: ReadonlyMap<string, Course>;
  /** The nodes that served in a minute or the one before; kept, as it is asked step by step. */
  private readonly serving = new Map<number, string[]>();
  private readonly first: EpochMs;

  constructor(
    private readonly facts: PoolFacts,
    private readonly requests: RequestsByNode,
    private readonly plan: Plan,
    private readonly comebacks: () => Comebacks,
  ) {
    this.minutes = requests.grid;
    this.served = requests.through(null);
    this.first = facts.load.reduce((least, { minute }) => Math.min(least, minute), facts.clock);
  }

  /** When a node had more than its usual share. What clients begin says nothing of one balancer: a rule of one looks at requests. */
  findings(rule: Rule, condition: Extract<Condition, { kind: "node-share" }>): Finding[] {
    const { lb, node } = rule.scope;
    const requests = this.ofRequests(lb ?? null);
    return [...(lb ? [] : [this.ofStarts()]), requests].flatMap((watch) => {
      const { step, start } = watch.shares.grid;
      const isEnough = (place: number) =>
        rule.minTraffic === 0 || this.requestsAt(start + place * step) >= rule.minTraffic;
      return watch
        .episodes(condition.aboveUsual, isEnough, timingOf(rule))
        .filter((episode) => !node || episode.node === node)
        .map(({ node: busiest, ...episode }) => ({
          rule,
          subject: "imbalance",
          cause: null,
          nodes: [busiest],
          byRequests: watch === requests,
          episode,
        }));
    });
  }

  private ofStarts(): ShareWatch {
    if (this.begun) return this.begun;
    const { starts } = this.facts;
    const sessions = starts.reduce((sum, row) => sum + row.sessions, 0);
    const clients = starts.reduce((sum, row) => sum + row.clients, 0);
    // One client may begin very many sessions, all of which an address or a hash leads to one node.
    const single = clients >= individual * sessions;
    const count = (row: StartCount) => (single ? row.clients : row.sessions);
    // Of these a node that serves has some in every few minutes, however long its sessions last.
    let back: Comebacks | null = null;
    const arrivedAt = (at: EpochMs) => {
      back ??= new Comebacks(
        starts.map((row) => ({
          minute: Math.floor(row.at / minuteMs) * minuteMs,
          lb: "",
          node: row.node,
          requests: count(row),
        })),
      );
      return back.lastArrival(at);
    };
    const grid = gridOf(this.facts.from, this.facts.clock, stepMs);
    const courses = Course.byKey(grid, starts, {
      key: (row) => row.node,
      at: (row) => row.at,
      n: count,
    });
    this.begun = this.watch(grid, courses, 0, newSettleMs, arrivedAt);
    return this.begun;
  }

  private ofRequests(lb: string | null): ShareWatch {
    const key = lb ?? "";
    const known = this.requested.get(key);
    if (known) return known;
    const { minutes, comebacks } = this;
    const courses = this.requests.through(lb);
    const made = this.watch(minutes, courses, knownMs / minuteMs, settleMs, (at) =>
      comebacks().lastArrival(at),
    );
    this.requested.set(key, made);
    return made;
  }

  private watch(
    grid: Grid,
    courses: ReadonlyMap<string, Course>,
    leastUsualSteps: number,
    afterMs: number,
    arrivedAt: (at: EpochMs) => EpochMs | null,
  ): ShareWatch {
    const { facts, plan } = this;
    const { step } = grid;
    const usualSteps = usualMs / step;
    // Of a pool that is older than the facts the first hour only tells what is usual.
    const young = Math.floor((this.first - grid.start) / step);
    const shares: Shares = {
      grid,
      clock: facts.clock,
      courses,
      windows: windowsMs.filter((ms) => ms >= step).map((ms) => ms / step),
      usualSteps,
      leastUsualSteps,
      bornAt: Math.max(0, young),
      firstStep: young > 0 ? young : usualSteps,
      there: (place) => this.there(grid.start + place * step),
      changedAt: (at) => {
        const [arrived, marked] = [arrivedAt(at), plan.lastSetChange(at)];
        return arrived === null || marked === null
          ? (arrived ?? marked)
          : Math.max(arrived, marked);
      },
      settleMs: afterMs,
      changedBefore: (at) => plan.changedBefore(at, null, "imbalance"),
    };
    return new ShareWatch(shares);
  }

  private minuteOf(at: EpochMs): number {
    return Math.floor((at - this.minutes.start) / minuteMs);
  }

  private requestsAt(at: EpochMs): number {
    const minute = this.minuteOf(at);
    let sum = 0;
    for (const course of this.served.values()) sum += course.within(minute, 1);
    return sum;
  }

  /** The nodes that served in this minute or the one before, and are not taken out. */
  private there(at: EpochMs): readonly string[] {
    const minute = this.minuteOf(at);
    let serving = this.serving.get(minute);
    if (!serving) {
      serving = [];
      for (const [node, course] of this.served)
        if (course.within(minute, 2) > 0) serving.push(node);
      this.serving.set(minute, serving);
    }
    return this.plan.holdsAny ? serving.filter((node) => !this.plan.holds(node, at)) : serving;
  }
}
