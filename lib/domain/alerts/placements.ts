import type { EpochMs } from "../facts";
import { Comebacks } from "./comebacks";
import { Course, type Grid, gridOf, minuteMs, stepMs } from "./grid";
import { type Finding, timingOf } from "./measures";
import { type Shares, ShareWatch } from "./node-share";
import type { Plan } from "./planned";
import type { LoadCount, PoolFacts } from "./pool-facts";
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
  private readonly minutes = new Map<string, Set<number>>();
  private readonly first: EpochMs;

  constructor(
    private readonly facts: PoolFacts,
    private readonly plan: Plan,
    private readonly comebacks: Comebacks,
  ) {
    for (const { node, minute, requests } of facts.load) {
      if (node === "" || requests === 0) continue;
      const own = this.minutes.get(node) ?? new Set();
      this.minutes.set(node, own.add(minute));
    }
    this.first = facts.load.reduce((least, { minute }) => Math.min(least, minute), facts.clock);
  }

  /** When a node had more than its usual share. What clients begin says nothing of one balancer: a rule of one looks at requests. */
  findings(rule: Rule, condition: Extract<Condition, { kind: "node-share" }>): Finding[] {
    const { lb, node } = rule.scope;
    const least = (grid: Grid) => {
      if (rule.minTraffic === 0) return () => true;
      const all = Course.of(
        gridOf(this.facts.from, this.facts.clock, minuteMs),
        this.facts.load.map(({ minute, requests }) => ({ at: minute, n: requests })),
      );
      const steps = minuteMs / grid.step;
      return (place: number) => all.within(Math.floor(place / steps), 1) >= rule.minTraffic;
    };
    const requests = this.ofRequests(lb ?? null);
    return [...(lb ? [] : [this.ofStarts()]), requests].flatMap((watch) =>
      watch
        .episodes(condition.aboveUsual, least(watch.shares.grid), timingOf(rule))
        .filter((episode) => !node || episode.node === node)
        .map(({ node: busiest, ...episode }) => ({
          rule,
          subject: "imbalance",
          cause: null,
          nodes: [busiest],
          byRequests: watch === requests,
          episode,
        })),
    );
  }

  private ofStarts(): ShareWatch {
    if (this.begun) return this.begun;
    const { starts } = this.facts;
    const sessions = starts.reduce((sum, row) => sum + row.sessions, 0);
    const clients = starts.reduce((sum, row) => sum + row.clients, 0);
    // One client may begin very many sessions, all of which an address or a hash leads to one node.
    const single = clients >= individual * sessions;
    const rows = starts.map(({ at, node, ...row }) => ({
      at,
      node,
      n: single ? row.clients : row.sessions,
    }));
    // Of these a node that serves has some in every few minutes, however long its sessions last.
    const back = new Comebacks(minutely(rows));
    this.begun = this.watch(rows, stepMs, 0, (at) => back.settling(at, newSettleMs));
    return this.begun;
  }

  private ofRequests(lb: string | null): ShareWatch {
    const key = lb ?? "";
    const known = this.requested.get(key);
    if (known) return known;
    const rows = this.facts.load
      .filter((row) => row.node !== "" && (lb === null || row.lb === lb))
      .map(({ minute, node, requests }) => ({ at: minute, node, n: requests }));
    const made = this.watch(rows, minuteMs, knownMs / minuteMs, (at) =>
      this.comebacks.settling(at),
    );
    this.requested.set(key, made);
    return made;
  }

  private watch(
    rows: readonly { at: EpochMs; node: string; n: number }[],
    step: number,
    leastUsualSteps: number,
    settling: (at: EpochMs) => boolean,
  ): ShareWatch {
    const { facts, plan } = this;
    const grid = gridOf(facts.from, facts.clock, step);
    const marks = new Map<string, { at: EpochMs; n: number }[]>();
    for (const row of rows) {
      const own = marks.get(row.node) ?? [];
      marks.set(row.node, own);
      own.push(row);
    }
    const usualSteps = usualMs / step;
    // Of a pool that is older than the facts the first hour only tells what is usual.
    const young = Math.floor((this.first - grid.start) / step);
    const shares: Shares = {
      grid,
      clock: facts.clock,
      courses: new Map([...marks].map(([node, own]) => [node, Course.of(grid, own)])),
      windows: windowsMs.filter((ms) => ms >= step).map((ms) => ms / step),
      usualSteps,
      leastUsualSteps,
      bornAt: Math.max(0, young),
      firstStep: young > 0 ? young : usualSteps,
      there: (place) => this.there(grid.start + place * step),
      isUnsettled: (at) => settling(at) || plan.setChanged(at, newSettleMs),
      changedBefore: (at) => plan.changedBefore(at, null, "imbalance"),
    };
    return new ShareWatch(shares);
  }

  /** The nodes that served in this minute or the one before, and are not taken out. */
  private there(at: EpochMs): string[] {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    return [...this.minutes].flatMap(([node, served]) =>
      (served.has(minute) || served.has(minute - minuteMs)) && !this.plan.holds(node, at)
        ? [node]
        : [],
    );
  }
}

function minutely(rows: readonly { at: EpochMs; node: string; n: number }[]): LoadCount[] {
  return rows.map(({ at, node, n }) => ({
    minute: Math.floor(at / minuteMs) * minuteMs,
    lb: "",
    node,
    requests: n,
  }));
}
