import { minuteMs, stepMs } from "@/lib/domain/alerts/grid";
import type { LoadCount, StartCount } from "@/lib/domain/alerts/pool-facts";
import type { Names } from "@/lib/reports/names";
import { startCounts } from "@/lib/store/alerts/start-counts";
import type { Queryable } from "@/lib/store/query";
import type { LoadRange } from "./load-memory";

/** With the node's id: by it the name is found, which may become another. */
interface Row extends StartCount {
  id: number;
}

interface Kept {
  from: number;
  /** Steps before this one stay as they are until facts come that lie before it. */
  whole: number;
  sampled: boolean;
  /** The pool's clock when it was read last. */
  readAt: number;
  rows: Row[];
}

/** A pool with more requests a minute than this is known by a part of its sessions. */
const samplePerMinute = 60_000;
/** Lines of one moment do not all come at once. */
const overlapMs = minuteMs;

/** Where sessions began, kept between looks, and read again only from the earliest new fact on. */
export class StartMemory {
  private readonly pools = new Map<number, Kept>();

  /** The starts of these pools, each from its own time on; `load` is theirs in that time. */
  async read(
    db: Queryable,
    names: Names,
    ranges: readonly LoadRange[],
    to: number,
    load: ReadonlyMap<number, readonly LoadCount[]>,
  ): Promise<Map<number, readonly StartCount[]>> {
    const asked: { pools: number[]; froms: number[]; sampled: boolean[] } = {
      pools: [],
      froms: [],
      sampled: [],
    };
    for (const range of ranges) {
      const { pool, from, clock } = range;
      const sampled = isBusy(load.get(pool) ?? [], clock);
      const known = this.pools.get(pool);
      const isTrue = known && known.from <= from && known.sampled === sampled;
      const due = stepOf(Math.min(range.dirty ?? clock, clock)) - overlapMs;
      const whole = isTrue ? Math.min(known.whole, due) : from;
      // A step that goes on is not read again and again; what came is read with the next.
      const waits = isTrue && clock >= known.readAt && clock - known.readAt < stepMs;
      const rows = isTrue ? known.rows.filter(({ at }) => at >= from && (waits || at < whole)) : [];
      const readAt = waits ? known.readAt : clock;
      this.pools.set(pool, { from, whole, sampled, readAt, rows });
      if (waits) continue;
      asked.pools.push(pool);
      asked.froms.push(Math.max(from, whole));
      asked.sampled.push(sampled);
    }
    const step = stepMs;
    // Nothing is taken to be whole until it was read.
    const rows =
      asked.pools.length === 0
        ? []
        : await startCounts(db, { ...asked, to, step }).catch((error: unknown) => {
            for (const { pool } of ranges) this.pools.delete(pool);
            throw error;
          });
    for (const { pool, node: id, at, sessions, clients } of rows)
      this.pools.get(pool)?.rows.push({ id, node: "", at, sessions, clients });
    const found = new Map<number, readonly StartCount[]>();
    for (const { pool, clock } of ranges) {
      const own = this.pools.get(pool);
      if (!own) continue;
      if (asked.pools.includes(pool)) own.whole = stepOf(Math.min(clock, to));
      // Rows are many, and their nodes few.
      const called = new Map<number, string>();
      for (const row of own.rows) {
        let name = called.get(row.id);
        if (name === undefined) {
          name = names.nodeName(row.id);
          called.set(row.id, name);
        }
        row.node = name;
      }
      found.set(pool, own.rows);
    }
    return found;
  }
}

function stepOf(at: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

/** By the five minutes before: what is under way is not whole yet. */
function isBusy(load: readonly LoadCount[], clock: number): boolean {
  const from = clock - 6 * minuteMs;
  const requests = load.reduce((sum, row) => sum + (row.minute >= from ? row.requests : 0), 0);
  return requests > 5 * samplePerMinute;
}
