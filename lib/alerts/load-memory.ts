import { minuteMs } from "@/lib/domain/alerts/grid";
import type { LoadCount } from "@/lib/domain/alerts/pool-facts";
import type { Names } from "@/lib/reports/names";
import { loadCounts } from "@/lib/store/alerts/load-counts";
import type { Queryable } from "@/lib/store/query";

export interface LoadRange {
  pool: number;
  from: number;
  clock: number;
  /** The earliest of what came in since the last look; null: nothing did. */
  dirty: number | null;
}

interface Kept {
  /** The pool's nodes that were asked for, and what they are called. */
  nodes: string;
  from: number;
  /** Minutes before this one stay as they are until facts come that lie before it. */
  whole: number;
  /** How far the pool reached when all of it was read. */
  readAt: number;
  load: LoadCount[];
}

/** All is read anew this often, by the pool's log time: what was deleted is noticed then. */
const keptMs = 10 * minuteMs;

const minuteOf = (at: number) => Math.floor(at / minuteMs) * minuteMs;

/**
 * Nearly all of what rules look at is the load of minutes that are over. It is
 * kept between looks, and read again only from the earliest new fact on.
 */
export class LoadMemory {
  private readonly pools = new Map<number, Kept>();

  /** The load of these pools, each from its own time on. */
  async read(
    db: Queryable,
    names: Names,
    ranges: readonly LoadRange[],
    to: number,
  ): Promise<Map<number, readonly LoadCount[]>> {
    const nodesOf = new Map<number, number[]>(ranges.map(({ pool }) => [pool, []]));
    const keys = names.keys([...nodesOf.keys()], "without none");
    keys.pools.forEach((pool, place) => {
      const node = keys.nodes[place];
      if (node !== undefined) nodesOf.get(pool)?.push(node);
    });
    const asked: { pools: number[]; nodes: number[]; froms: number[] } = {
      pools: [],
      nodes: [],
      froms: [],
    };
    for (const range of ranges) {
      const { pool, from, clock } = range;
      const ids = nodesOf.get(pool) ?? [];
      const nodes = ids.map((node) => `${node} ${names.nodeName(node)}`).join();
      const kept = this.kept(range, nodes) ?? {
        nodes,
        from,
        whole: Number.NEGATIVE_INFINITY,
        readAt: clock,
        load: [],
      };
      this.pools.set(pool, kept);
      for (const node of ids) {
        asked.pools.push(pool);
        asked.nodes.push(node);
        asked.froms.push(Math.max(from, kept.whole));
      }
    }
    // Nothing is taken to be whole until it was read.
    const rows = await loadCounts(db, { ...asked, to }).catch((error: unknown) => {
      for (const { pool } of ranges) this.pools.delete(pool);
      throw error;
    });
    for (const row of rows) {
      const own = this.pools.get(row.pool);
      const lb = names.lb(row.lb);
      const node = names.nodeName(row.node);
      row.minutes.forEach((minute, place) => {
        own?.load.push({ minute, lb, node, requests: row.requests[place] ?? 0 });
      });
    }
    const found = new Map<number, readonly LoadCount[]>();
    for (const { pool, clock } of ranges) {
      const own = this.pools.get(pool);
      if (!own) continue;
      own.whole = minuteOf(Math.min(clock, to));
      found.set(pool, own.load);
    }
    return found;
  }

  /** What is kept of a pool and still true: minutes before that of the earliest new fact. */
  private kept({ pool, from, clock, dirty }: LoadRange, nodes: string): Kept | null {
    const kept = this.pools.get(pool);
    if (!kept || kept.nodes !== nodes || kept.from > from) return null;
    if (clock < kept.readAt || clock - kept.readAt >= keptMs) return null;
    const whole = Math.min(kept.whole, minuteOf(dirty ?? clock));
    const load = kept.load.filter(({ minute }) => minute >= from && minute < whole);
    return { ...kept, from, whole, load };
  }
}
