import { ClockJumps, type NodeOffset } from "@/lib/domain/alerts/clock-jumps";
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
/** …and those that jump over the last minute: half of it after the jump, most of what is seen speaks of it. */
const jump = { everyMs: 20_000, overMs: minuteMs };
/** A minute has few events of a node: they have to agree. */
const fewest = 5;
const agreeing = 0.7;
/** Of a node, in the last minute: more tell nothing more. */
const eventsPerNode = 40;
const mostEvents = 4000;

/** Looks whether the apps' clocks are those of the balancers, and keeps what it found until it is found anew. */
export class ClockWatch {
  private over: { at: number; offsets: Map<KnownNode, ClockOffset> } | null = null;
  private readonly jumps = new ClockJumps();
  private lookedAt = Number.NEGATIVE_INFINITY;

  async look(
    db: Queryable,
    names: Names,
    rules: readonly Rule[],
    ranges: readonly (PoolRange & { fresh: boolean })[],
    now: number,
  ): Promise<LookedAt[]> {
    if (now - this.lookedAt < jump.everyMs) return [];
    const own = rules.filter(({ condition }) => condition.kind === "clock-offset");
    const fresh = ranges.filter((range) => range.fresh);
    if (fresh.length === 0) return [];
    this.lookedAt = now;
    const asked = own.length === 0 ? [] : fresh;
    if (this.over === null || now - this.over.at >= drift.everyMs)
      this.over = { at: now, offsets: await offsets(db, names, asked, drift.overMs) };
    const byNode = new Map<string, NodeOffset>();
    const note = (offset: NodeOffset) => byNode.set(`${offset.pool} ${offset.node}`, offset);
    const named = (node: KnownNode, { offsetMs }: ClockOffset): NodeOffset => ({
      pool: names.pool(node.pool),
      node: node.name,
      offsetMs,
    });
    for (const [node, offset] of this.over.offsets) note(named(node, offset));
    for (const [node, offset] of await offsets(db, names, asked, jump.overMs))
      if (offset.samples >= fewest && offset.agreement >= agreeing)
        this.jumps.hear(named(node, offset), now);
    for (const offset of this.jumps.known(now)) note(offset);
    return fresh.map(({ pool, clock }): LookedAt => {
      const name = names.pool(pool);
      const findings = own.flatMap((rule) =>
        [...byNode.values()].flatMap(({ pool: of, node, offsetMs }): Finding[] => {
          const { condition, scope } = rule;
          if (of !== name || condition.kind !== "clock-offset" || !inScope(rule, name)) return [];
          const value = Math.abs(Math.round(offsetMs));
          if (value <= condition.aboveMs || (scope.node && scope.node !== node)) return [];
          const episode = { since: clock, firedAt: clock, endedAt: null, peak: value, last: value };
          return [{ rule, subject: `clock-offset:${node}`, cause: null, episode }];
        }),
      );
      return {
        pool: name,
        speaksOf: (subject) => subject.startsWith("clock-offset:"),
        found: incidentsOf(name, findings),
        looked: {
          reliableFrom: clock,
          clock,
          ruleIds: new Set(own.map(({ id }) => id)),
          withoutPast: true,
        },
      };
    });
  }
}

/** The offsets of these pools' nodes over so long a time; pools whose lines reach about as far are compared together. */
async function offsets(
  db: Queryable,
  names: Names,
  ranges: readonly PoolRange[],
  overMs: number,
): Promise<Map<KnownNode, ClockOffset>> {
  const found = new Map<KnownNode, ClockOffset>();
  for (const group of alike(ranges)) {
    const to = Math.max(...group.map(({ clock }) => clock));
    const pools = group.map(({ pool }) => pool);
    const nodes = names.keys(pools, "without none").nodes.length;
    const most =
      overMs === jump.overMs ? { most: Math.min(mostEvents, eventsPerNode * nodes) } : {};
    const range = { from: to - overMs, to };
    for (const [node, offset] of await clockOffsets(db, names, pools, range, { overMs, ...most }))
      found.set(node, offset);
  }
  return found;
}
