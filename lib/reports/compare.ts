import type { z } from "zod";
import { quantile } from "@/lib/domain/latency";
import { Problem } from "@/lib/domain/problem";
import type {
  ChangeVerdict,
  Compared,
  Comparison,
  changeVerdictQuery,
  compareQuery,
  Side,
} from "@/lib/schemas/compare";
import type { Queryable } from "@/lib/store/query";
import { changeById } from "@/lib/store/read/change-by-id";
import type { ChangeRow } from "@/lib/store/read/change-row";
import { loadByNode } from "@/lib/store/read/load-by-node";
import { windowAffected } from "@/lib/store/read/window-affected";
import { windowCauses } from "@/lib/store/read/window-causes";
import { windowLatency } from "@/lib/store/read/window-latency";
import { compareSides, verdictSentence } from "@/lib/view/compare";
import { iso, minuteMs, rangeOf, wholeMinutes } from "@/lib/view/range";
import { type AbsoluteRange, resolveTime } from "@/lib/view/time-range";
import { Names } from "./names";
import { bounceShare, mostWithSessions, sessionsIn } from "./volume";
import { loadImbalance, windowFigures } from "./window-figures";
import { changeOf, round } from "./wire";

type Asked = Omit<z.output<typeof compareQuery>, "format">;

interface Windows {
  before: AbsoluteRange;
  after: AbsoluteRange;
}

/**
 * Two windows side by side, or the two sides of a change or a moment, each
 * figure with whether the difference is more than noise. Bounces and losses are
 * exact up to 20,000 bounces a window, and so are sessions up to 20,000 (of a
 * balancer: 100,000); beyond, sessions are those of the whole minutes, and what
 * is still counted row by row is that of one session in 4 (32, 256, 1024).
 * Requests, errors, latency and imbalance are counted by the minute, and a window that begins or ends within one has the whole of it. A
 * session that was seen in both windows counts in both. With a balancer, sessions
 * count that came through it, and bounces that did.
 * @throws {Problem} 400 for windows that are not understood, 404 for a change, a pool or a balancer that is not known.
 */
export async function compare(db: Queryable, query: Asked, now: number): Promise<Comparison> {
  const change = query.change === undefined ? null : await changeNamed(db, query.change);
  const windows = change ? sidesOf(change.at, query.window) : windowsOf(query, now);
  const names = await Names.read(db);
  const common = query.pool ?? poolOf(names, change);
  const lb = names.lbId(query.lb);
  if (lb === -1) throw new Problem(404, "Balancer not found", "No balancer has this name");
  const [before, after] = await Promise.all([
    sideOf(db, names, query.beforePool ?? common, lb, windows.before),
    sideOf(db, names, query.afterPool ?? common, lb, windows.after),
  ]);
  const figures = compareSides(before, after, query.tolerance);
  const verdict = figures[0]?.verdict ?? "not-enough-traffic";
  return {
    pool: before.pool === after.pool ? before.pool : null,
    lb: query.lb ?? null,
    change: change ? changeOf(names, change) : null,
    before,
    after,
    complete: Math.max(windows.before.to, windows.after.to) <= now,
    verdict,
    words: verdictSentence(verdict, before, after, figures[0]?.words ?? ""),
    figures,
  };
}

/**
 * Whether stickiness held through a change, for a pipeline: continuity in the
 * windows before and after it.
 * @throws {Problem} 404 for a change that is not known.
 */
export async function changeVerdict(
  db: Queryable,
  id: string,
  query: z.output<typeof changeVerdictQuery>,
  now: number,
): Promise<ChangeVerdict> {
  const told = await compare(db, { ...query, change: id }, now);
  const { change, pool, verdict, words, before, after, complete } = told;
  if (change === null) throw unknownChange();
  const continuity: Compared | undefined = told.figures[0];
  return {
    change,
    pool,
    verdict,
    words,
    interval: continuity?.interval ?? null,
    before,
    after,
    complete,
  };
}

function unknownChange(): Problem {
  return new Problem(404, "Change not found", "No change has this id");
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

async function changeNamed(db: Queryable, id: string): Promise<ChangeRow> {
  const [found] = uuid.test(id) ? await changeById(db, { id }) : [];
  if (!found) throw unknownChange();
  return found;
}

function poolOf(names: Names, change: ChangeRow | null): string | null {
  return change?.pool ? names.pool(change.pool) : null;
}

function sidesOf(at: number, window: string): Windows {
  const width = -(resolveTime(`now-${window}`, 0) ?? -30 * minuteMs);
  return { before: { from: at - width, to: at }, after: { from: at, to: at + width } };
}

function windowsOf({ at, window, before, after }: Asked, now: number): Windows {
  if (before !== undefined && after !== undefined)
    return {
      before: windowIn("before", before, now),
      after: windowIn("after", after, now),
    };
  if (at !== undefined) {
    const moment = resolveTime(at, now);
    if (moment === null) throw notUnderstood("at", "give RFC 3339, epoch milliseconds or now-1h");
    return sidesOf(moment, window);
  }
  throw notUnderstood("before", "give change, or at, or both before and after");
}

function windowIn(name: string, text: string, now: number): AbsoluteRange {
  const [from, to, more] = text.split("/");
  if (!from || !to || more !== undefined)
    throw notUnderstood(name, "give from/to, as in now-2h/now-1h");
  return rangeOf({ from, to }, now);
}

function notUnderstood(path: string, message: string): Problem {
  return new Problem(400, "Windows not understood", `${path}: ${message}`, {
    errors: [{ path, message }],
  });
}

async function sideOf(
  db: Queryable,
  names: Names,
  pool: string | null,
  lb: number | null,
  range: AbsoluteRange,
): Promise<Side> {
  const pools = names.poolIds(pool ?? undefined);
  if (pool !== null && pools.length === 0)
    throw new Problem(404, "Pool not found", `No pool is called "${pool}"`);
  const minutes = wholeMinutes(range);
  const { pools: ofPools, nodes } = names.keys(pools, "with none");
  const keys = { pools: ofPools, nodes };
  const length = minutes.to - minutes.from;
  const share = await bounceShare(db, pools, range, mostWithSessions);
  const [sessions, affected, causes, load, latency] = await Promise.all([
    sessionsIn(db, pools, range, lb),
    windowAffected(db, share, { pools, ...range, step: range.to - range.from, lb }),
    windowCauses(db, share, { pools, ...range, lb }),
    loadByNode(db, { ...keys, ...minutes, step: length, lb }),
    lb === null ? windowLatency(db, { ...keys, ...minutes }) : [],
  ]);
  const figures = windowFigures(names, { sessions, affected, causes, load }, null);
  const byCause = causes.flatMap((row) =>
    row.pool === null && row.cause !== null ? [[row.cause, row.bounces] as const] : [],
  );
  const uneven = pools
    .map((id) =>
      loadImbalance(
        names,
        load.filter((row) => row.pool === id),
      ),
    )
    .filter((value) => value !== null);
  return {
    pool,
    from: iso(range.from),
    to: iso(range.to),
    ...figures,
    bouncesPer1000:
      figures.requests === 0 ? null : round((1000 * figures.bounces) / figures.requests, 9),
    bouncesByCause: Object.fromEntries(byCause),
    p50Ms: rounded(quantile(latency, 0.5)),
    p95Ms: rounded(quantile(latency, 0.95)),
    imbalance: uneven.length === 0 ? null : Math.max(...uneven),
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : round(ms, 4);
}
