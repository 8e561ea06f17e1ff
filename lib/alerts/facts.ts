import { minuteMs, stepMs } from "@/lib/domain/alerts/grid";
import type { ContinuityFacts, PoolFacts } from "@/lib/domain/alerts/pool-facts";
import type { Names } from "@/lib/reports/names";
import { bounceCounts } from "@/lib/store/alerts/bounce-counts";
import { affectedMarks, sessionEdges } from "@/lib/store/alerts/continuity-counts";
import { lossCounts } from "@/lib/store/alerts/loss-counts";
import { pingPongMarks } from "@/lib/store/alerts/ping-pong-marks";
import type { Queryable } from "@/lib/store/query";
import { changesPage } from "@/lib/store/read/changes-page";
import type { LoadMemory } from "./load-memory";
import type { StartMemory } from "./start-memory";

/** A pool, from when on it is looked at, and how far its lines reach. */
export interface PoolRange {
  pool: number;
  from: number;
  clock: number;
}

/** Pools whose ranges begin further apart than this are asked about one by one. */
const alikeMs = 12 * 60 * minuteMs;

/** Plans reach back: a drain of an hour ago may still go on. */
const planReachMs = 70 * minuteMs;

/** What the rules look at in these pools: one statement for each kind of fact, however many pools there are. */
export async function poolFacts(
  db: Queryable,
  names: Names,
  ranges: readonly (PoolRange & { dirty: number | null })[],
  what: { pingPong: boolean; load: LoadMemory; starts: StartMemory | null },
): Promise<Map<number, PoolFacts>> {
  const facts = new Map<number, Growing>();
  if (ranges.length === 0) return facts;
  for (const { pool, from, clock } of ranges)
    facts.set(pool, {
      pool: names.pool(pool),
      from,
      clock,
      bounces: [],
      losses: [],
      load: [],
      starts: [],
      pingPong: [],
      changes: [],
    });
  const pools = ranges.map(({ pool }) => pool);
  const froms = ranges.map(({ from }) => from);
  const first = Math.min(...froms);
  const to = Math.max(...ranges.map(({ clock }) => clock));
  const spans = { pools, froms, to };
  const [bounces, losses, load, pingPong, changes] = await Promise.all([
    bounceCounts(db, { ...spans, step: stepMs }),
    lossCounts(db, { pools, from: first, to, step: stepMs }),
    what.load.read(db, names, ranges, to),
    what.pingPong ? pingPongMarks(db, spans) : [],
    changesPage(db, {
      pools,
      from: first - planReachMs,
      to,
      afterAt: null,
      afterId: null,
      limit: 20_000,
    }),
  ]);
  for (const row of bounces)
    facts.get(row.pool)?.bounces.push({
      at: row.at,
      lb: names.lb(row.lb),
      from: names.nodeName(row.from_node),
      to: names.nodeName(row.to_node),
      cause: row.cause,
      isReturn: row.is_return,
      isFresh: row.is_fresh,
      n: row.n,
    });
  for (const row of losses)
    facts.get(row.pool)?.losses.push({
      at: row.at,
      node: row.node === null ? "" : names.resolve(row.pool, row.node),
      lb: row.lb === null ? "" : names.lb(row.lb),
      cause: row.cause,
      from: row.from_node === null ? null : names.nodeName(row.from_node),
      lostTo: row.lost_to,
      n: row.n,
    });
  const starts = await what.starts?.read(db, names, ranges, to, load);
  for (const [pool, own] of facts)
    facts.set(pool, { ...own, load: load.get(pool) ?? [], starts: starts?.get(pool) ?? [] });
  for (const { pool, ...mark } of pingPong) facts.get(pool)?.pingPong.push(mark);
  for (const row of changes)
    for (const [pool, own] of facts)
      if (row.pool === null || row.pool === pool)
        own.changes.push({
          at: row.at,
          kind: row.kind,
          node: row.node === null ? null : names.resolve(pool, row.node),
        });
  return facts;
}

type Growing = Pick<PoolFacts, "load" | "starts"> & {
  [K in Exclude<keyof PoolFacts, "load" | "starts">]: PoolFacts[K] extends readonly (infer Item)[]
    ? Item[]
    : PoolFacts[K];
};

/** What the continuity rate of these pools is reckoned from, over one time. */
export async function continuityFacts(
  db: Queryable,
  names: Names,
  ranges: readonly PoolRange[],
): Promise<Map<number, ContinuityFacts>> {
  const facts = new Map<number, ContinuityFacts>();
  if (ranges.length === 0) return facts;
  const from = Math.floor(Math.min(...ranges.map((range) => range.from)) / minuteMs) * minuteMs;
  const to = Math.max(...ranges.map(({ clock }) => clock));
  const asked = { pools: ranges.map(({ pool }) => pool), from, to };
  const [affected, edges] = await Promise.all([affectedMarks(db, asked), sessionEdges(db, asked)]);
  const affectedOf = byPool(affected);
  const edgesOf = byPool(edges);
  for (const { pool, clock } of ranges) {
    const own = edgesOf.get(pool) ?? [];
    const begins = own.filter(({ begins: isBegin }) => isBegin);
    facts.set(pool, {
      pool: names.pool(pool),
      from,
      clock,
      affected: affectedOf.get(pool) ?? [],
      runningBefore: begins.find(({ begun }) => begun === null)?.n ?? 0,
      begun: begins.flatMap(({ begun, n }) => (begun === null ? [] : [{ at: begun, n }])),
      ended: own.flatMap(({ begins: isBegin, ended, n }) =>
        isBegin || ended === null ? [] : [{ at: ended, n }],
      ),
    });
  }
  return facts;
}

function byPool<Row extends { pool: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const pools = new Map<number, Row[]>();
  for (const row of rows) {
    const own = pools.get(row.pool) ?? [];
    pools.set(row.pool, own);
    own.push(row);
  }
  return pools;
}

/** Pools whose ranges are much alike together, a pool with an old import by itself. */
export function alike<R extends PoolRange>(ranges: readonly R[]): R[][] {
  const groups: R[][] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const group = groups.find(
      ([first]) =>
        first !== undefined &&
        Math.abs(first.from - range.from) < alikeMs &&
        Math.abs(first.clock - range.clock) < alikeMs,
    );
    if (group) group.push(range);
    else groups.push([range]);
  }
  return groups;
}
