import { ClockCourse, type NodeOffset } from "@/lib/domain/alerts/clock-course";
import { minuteMs } from "@/lib/domain/alerts/grid";
import { incidentsOf } from "@/lib/domain/alerts/incidents";
import { type Finding, inScope } from "@/lib/domain/alerts/measures";
import type { Rule } from "@/lib/domain/alerts/rule";
import type { ClockOffset } from "@/lib/domain/clock";
import { clockOffsets } from "@/lib/reports/clock-offsets";
import type { KnownNode, Names } from "@/lib/reports/names";
import type { Queryable } from "@/lib/store/query";
import { alike, type PoolRange } from "./facts";
import type { LookedAt } from "./look";

/** Clocks that drift are compared over an hour, every five minutes… */
const drift = { everyMs: 5 * minuteMs, overMs: 60 * minuteMs };
/** …and those that jump over a minute: half of it after the jump, most of what is seen speaks of it. */
const jump = { everyMs: 15_000, overMs: minuteMs };
/** Where much log time came at once it is gone through in longer steps, and not all of it. */
const steps = [
  { upToMs: 30 * minuteMs, stepMs: 15_000 },
  { upToMs: 120 * minuteMs, stepMs: 30_000 },
];
const longest = { upToMs: 360 * minuteMs, stepMs: 60_000 };
/** Lines that come late are gone through again no more often than this, by our own clock. */
const againMs = minuteMs;
/** By a clock that is ahead, what happened just now is still to come. */
const aheadMs = 10 * minuteMs;
/** A minute has few events of a node: they have to agree. */
const fewest = 5;
const agreeing = 0.7;
/** Of a node, in a minute: more tell nothing more. */
const eventsPerNode = 40;
const mostEvents = 4000;

type Range = PoolRange & { fresh: boolean; dirty: number | null };

/**
 * Looks whether the apps' clocks are those of the balancers, through all the
 * log time that came since it looked last, however fast it came.
 */
export class ClockWatch {
  private readonly course = new ClockCourse();
  /** How far each pool was gone through. */
  private readonly done = new Map<number, number>();
  /** What came late and is to be gone through again. */
  private readonly late = new Map<number, number>();
  /** What came and was not gone through yet: perhaps nothing comes after it. */
  private readonly waiting = new Map<number, Range>();
  private againAt = Number.NEGATIVE_INFINITY;
  private driftAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  async look(
    db: Queryable,
    names: Names,
    rules: readonly Rule[],
    ranges: readonly Range[],
    now: number,
  ): Promise<LookedAt[]> {
    const own = rules.filter(({ condition }) => condition.kind === "clock-offset");
    for (const range of ranges) {
      this.noteLate(range.pool, range.dirty);
      if (range.fresh) this.waiting.set(range.pool, range);
    }
    if (now - this.lookedAt < jump.everyMs) return [];
    const fresh = [...this.waiting.values()];
    if (fresh.length === 0) return [];
    this.lookedAt = now;
    const again = now - this.againAt >= againMs;
    if (again) this.againAt = now;
    const drifts = now - this.driftAt >= drift.everyMs;
    if (drifts) this.driftAt = now;
    const looked: LookedAt[] = [];
    for (const group of alike(fresh)) {
      const from = Math.min(...group.map((range) => this.from(range, again)));
      const to = Math.max(...group.map(({ clock }) => clock));
      const pools = group.map(({ pool }) => pool);
      if (own.length > 0)
        await this.goThrough(db, names, pools, Math.max(from, to - longest.upToMs), to);
      if (drifts && own.length > 0)
        for (const offset of await drifted(db, names, pools, to))
          if (!this.course.isKnown(offset, to)) this.course.hear(offset, to);
      for (const { pool, clock } of group) {
        this.done.set(pool, clock);
        if (again) this.late.delete(pool);
        if (!this.late.has(pool)) this.waiting.delete(pool);
        looked.push(this.tell(names.pool(pool), own, from, clock));
      }
    }
    return looked;
  }

  /** Where a long step shows that a clock jumped, what lies within it tells when. */
  private async goThrough(
    db: Queryable,
    names: Names,
    pools: number[],
    from: number,
    to: number,
  ): Promise<void> {
    const hear = async (of: number[], at: number) => {
      const offsets = await jumps(db, names, of, at, at === to ? aheadMs : 0);
      const turned = offsets.filter((offset) => this.course.turns(offset, at));
      for (const offset of offsets) this.course.hear(offset, at);
      return new Set(turned.map(({ pool }) => pool));
    };
    let before = from;
    for (const at of windowEnds(from, to)) {
      const turned = await hear(pools, at);
      if (turned.size > 0) {
        const of = pools.filter((pool) => turned.has(names.pool(pool)));
        for (let end = at - jump.everyMs; end > before; end -= jump.everyMs) await hear(of, end);
      }
      before = at;
    }
  }

  /** Lines of what was gone through already. */
  private noteLate(pool: number, dirty: number | null): void {
    const done = this.done.get(pool);
    if (dirty === null || done === undefined || dirty >= done) return;
    this.late.set(pool, Math.min(dirty, this.late.get(pool) ?? dirty));
  }

  /** From when on a pool has log time that was not gone through. */
  private from({ pool, clock, dirty }: Range, again: boolean): number {
    const done = this.done.get(pool);
    if (done === undefined) return Math.min(clock - jump.everyMs, dirty ?? clock);
    return again ? Math.min(done, this.late.get(pool) ?? done) : done;
  }

  private tell(pool: string, rules: readonly Rule[], from: number, clock: number): LookedAt {
    const findings = rules.flatMap((rule): Finding[] =>
      inScope(rule, pool)
        ? this.course.episodes(pool, rule, clock).map(({ node, episode }) => ({
            rule,
            subject: `clock-offset:${node}`,
            cause: null,
            nodes: [node],
            episode,
          }))
        : [],
    );
    return {
      pool,
      speaksOf: (subject) => subject.startsWith("clock-offset:"),
      found: incidentsOf(pool, findings),
      looked: {
        reliableFrom: from,
        clock,
        ruleIds: new Set(rules.map(({ id }) => id)),
        withoutPast: true,
      },
    };
  }
}

/** The ends of the windows that tell of a time: on round times, and its own end. */
function windowEnds(from: number, to: number): number[] {
  const { stepMs } = steps.find(({ upToMs }) => to - from <= upToMs) ?? longest;
  const ends: number[] = [];
  for (let at = Math.floor(from / stepMs) * stepMs + stepMs; at < to; at += stepMs) ends.push(at);
  return [...ends, to];
}

async function jumps(
  db: Queryable,
  names: Names,
  pools: number[],
  to: number,
  ahead: number,
): Promise<NodeOffset[]> {
  const nodes = names.keys(pools, "without none").nodes.length;
  const most = Math.min(mostEvents, eventsPerNode * nodes);
  const range = { from: to - jump.overMs, to };
  const found = await clockOffsets(db, names, pools, range, {
    overMs: jump.overMs,
    most,
    aheadMs: ahead,
  });
  return [...found].flatMap(([node, offset]) =>
    offset.samples >= fewest && offset.agreement >= agreeing ? [named(names, node, offset)] : [],
  );
}

async function drifted(
  db: Queryable,
  names: Names,
  pools: number[],
  to: number,
): Promise<NodeOffset[]> {
  const range = { from: to - drift.overMs, to };
  const found = await clockOffsets(db, names, pools, range, { overMs: drift.overMs });
  return [...found].map(([node, offset]) => named(names, node, offset));
}

function named(names: Names, node: KnownNode, { offsetMs }: ClockOffset): NodeOffset {
  return { pool: names.pool(node.pool), node: node.name, offsetMs };
}
