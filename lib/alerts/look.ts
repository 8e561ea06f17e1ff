import { minuteMs } from "@/lib/domain/alerts/grid";
import { type Incident, incidentsOf } from "@/lib/domain/alerts/incidents";
import { PoolMeasures } from "@/lib/domain/alerts/pool-measures";
import type { Looked } from "@/lib/domain/alerts/reconcile";
import { type Rule, reachOf } from "@/lib/domain/alerts/rule";
import { Names } from "@/lib/reports/names";
import { sightingsOf } from "@/lib/reports/sightings";
import { alertClocks } from "@/lib/store/alerts/clocks";
import type { Queryable } from "@/lib/store/query";
import { Budgets } from "./budgets";
import { ClockWatch } from "./clock-watch";
import { alike, type PoolRange, poolFacts } from "./facts";
import { LoadMemory } from "./load-memory";
import { SourceWatch } from "./source-watch";
import { StartMemory } from "./start-memory";
import { surelyUneven } from "./uneven";

/** What was found in one pool (or among the sources), to be brought together with the alerts that are kept. */
export interface LookedAt {
  pool: string | null;
  /** Which alerts of the pool it speaks of. */
  speaksOf: (subject: string) => boolean;
  found: Incident[];
  looked: Looked;
}

export interface Look {
  names: Names;
  looked: LookedAt[];
  /** What to note of each pool once the alerts are written. */
  clocks: { pools: number[]; clocks: number[]; dirty: (number | null)[] };
}

/** What goes on in a pool, and since when. */
export interface OpenAlerts {
  subjects: Set<string>;
  since: number;
}

/** What goes on is looked at from before its beginning, unless that is longer ago than this. */
const longestOpenMs = 6 * 60 * minuteMs;
/** A pool that has sent nothing for so long has no incident any more, only a source that is silent. */
const noTrafficMs = 30 * minuteMs;
const longestLookMs = 8 * 24 * 60 * minuteMs;

const isInstant = (subject: string) => /^(?:silent|rejects|clock-offset):/.test(subject);

/**
 * Looks at what came in since it last looked, in each pool's own log time. It
 * keeps only what saves work; what it finds rests on the facts.
 */
export class Looker {
  private readonly arrived = new Map<number, { clock: number; at: number }>();
  private readonly budgets = new Budgets();
  private readonly clocks = new ClockWatch();
  private readonly load = new LoadMemory();
  private readonly starts = new StartMemory();
  private readonly sources: SourceWatch;

  /** @param startedAt since when somebody was there to hear of sources, by our own clock. */
  constructor(startedAt: number) {
    this.sources = new SourceWatch(startedAt);
  }

  /** @param open what goes on, by pool: such pools are looked at also when nothing came. */
  async look(
    db: Queryable,
    rules: readonly Rule[],
    open: ReadonlyMap<string, OpenAlerts>,
    now: number,
  ): Promise<Look> {
    const names = await Names.read(db);
    const every = names.poolIds(undefined).filter((id) => id !== 0);
    const [known, seen] = await Promise.all([
      alertClocks(db, {}),
      sightingsOf(db, names, every, now + minuteMs),
    ]);
    const ofPool = new Map(known.map((row) => [row.pool, row]));
    const active = rules.filter(({ enabled }) => enabled);
    const reach = Math.max(
      minuteMs,
      ...active.filter(({ condition }) => condition.kind !== "continuity").map(reachOf),
    );
    const ranges: (PoolRange & { dirty: number | null; fresh: boolean })[] = [];
    for (const pool of every) {
      const last = seen.ofPool(pool)?.last;
      if (last === undefined) continue;
      const clock = Math.min(now, last + minuteMs);
      const before = ofPool.get(pool);
      const lookedTo = before?.looked_to ?? null;
      const dirty = before?.dirty_from ?? null;
      const fresh = dirty !== null || lookedTo === null || clock > lookedTo;
      if (this.arrived.get(pool)?.clock !== clock || dirty !== null)
        this.arrived.set(pool, { clock, at: now });
      if (!fresh && !open.has(names.pool(pool))) continue;
      const since = Math.min(clock, lookedTo ?? dirty ?? clock - 60 * minuteMs, dirty ?? clock);
      const began = open.get(names.pool(pool))?.since ?? since;
      const whole = Math.max(Math.min(began, since), since - longestOpenMs);
      const from = Math.max(whole, clock - longestLookMs) - reach;
      ranges.push({ pool, from, clock, dirty, fresh });
    }
    const looked = [
      ...(await this.lookAtPools(db, names, active, ranges, { reach, open, now })),
      ...(await this.sources.look(db, active, now)),
      ...(await this.clocks.look(db, names, active, ranges, now)),
    ];
    return {
      names,
      looked,
      clocks: {
        pools: ranges.map(({ pool }) => pool),
        clocks: ranges.map(({ clock }) => clock),
        dirty: ranges.map(({ dirty }) => dirty),
      },
    };
  }

  private async lookAtPools(
    db: Queryable,
    names: Names,
    rules: readonly Rule[],
    ranges: readonly (PoolRange & { dirty: number | null; fresh: boolean })[],
    { reach, open, now }: { reach: number; open: ReadonlyMap<string, OpenAlerts>; now: number },
  ): Promise<LookedAt[]> {
    const ruleIds = new Set(rules.map(({ id }) => id));
    const pingPong = rules.some(({ condition }) => condition.kind === "ping-pong");
    const shares = rules.some(({ condition }) => condition.kind === "node-share");
    const what = { pingPong, load: this.load, starts: shares ? this.starts : null };
    const looked: LookedAt[] = [];
    for (const group of alike(ranges)) {
      const facts = await poolFacts(db, names, group, what);
      const budgets = await this.budgets.findings(db, names, rules, group, facts);
      for (const { pool, from, clock } of group) {
        const own = facts.get(pool);
        if (!own) continue;
        // What began longer ago than is looked back goes on without a beginning.
        const before = open.get(own.pool);
        const isCut = before !== undefined && before.since < from + reach / 2;
        const measures = new PoolMeasures(own, isCut ? before.subjects : undefined);
        const findings = await surelyUneven(db, pool, own, [
          ...rules.flatMap((rule) => measures.findings(rule)),
          ...(budgets.get(pool) ?? []),
        ]);
        const silentFor = now - (this.arrived.get(pool)?.at ?? now);
        const found = incidentsOf(own.pool, findings).map((incident) =>
          incident.endedAt === null && silentFor >= noTrafficMs
            ? { ...incident, endedAt: clock }
            : incident,
        );
        looked.push({
          pool: own.pool,
          speaksOf: (subject) => !isInstant(subject),
          found,
          looked: { reliableFrom: from + reach, clock, ruleIds, withoutPast: false },
        });
      }
    }
    return looked;
  }
}
