import { allPools, endOfSpans, segmentsOf } from "@/lib/domain/spans";
import type { Queryable } from "@/lib/store/query";
import { bounceCount } from "@/lib/store/read/bounce-count";
import { segmentLists } from "@/lib/store/read/segments";
import { sessionCount } from "@/lib/store/read/session-count";
import { type SessionShare, type Share, sessionShareFor, shareFor } from "@/lib/store/read/shares";
import { windowSessions } from "@/lib/store/read/window-sessions";
import { minuteMs, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";

/* How much a range holds, as the sums tell it: what is asked row by row is asked of all that is there, or of a share. */

/** Bounces that are counted one by one; of more, those of a share of the sessions. */
export const mostBounces = 120_000;
/** The same where the sessions that they happened to are counted along, each once. */
export const mostWithSessions = 20_000;
/** Sessions that are counted one by one; of more, a share. */
const mostSessions = 100_000;
/** Up to so many, a window of sessions ends within its minutes. */
const mostAtEnds = 20_000;

/** The share of the sessions whose bounces in a range, `most` of them, are counted for all. */
export async function bounceShare(
  db: Queryable,
  pools: number[],
  range: AbsoluteRange,
  most: number,
): Promise<Share> {
  const { from, to } = wholeMinutes(range);
  const [found] = await bounceCount(db, { pools, ...segmentLists(segmentsOf(from, to)) });
  return shareFor(found?.n ?? 0, most);
}

export interface SeenSessions {
  /** Null: over all the pools, where a session of several counts once. */
  pool: number | null;
  sessions: number;
  /** Of at least two requests. */
  several: number;
}

/** Sessions that a range, widened to whole minutes, saw: in each pool, and over them. `pools` is one, or all. */
export async function sessionsSeen(
  db: Queryable,
  pools: number[],
  range: AbsoluteRange,
): Promise<SeenSessions[]> {
  const { from, to } = wholeMinutes(range);
  const sides = [
    { before: false, segments: segmentsOf(from, endOfSpans) },
    { before: true, segments: segmentsOf(to, endOfSpans) },
  ];
  const rows = await sessionCount(db, {
    befores: sides.flatMap(({ before, segments }) => segments.map(() => before)),
    ...segmentLists(sides.flatMap(({ segments }) => segments)),
    // Within one pool nothing is counted twice.
    pools: pools.length === 1 ? pools : [...pools, allPools],
  });
  const sum = (of: (row: (typeof rows)[number]) => number) =>
    rows.reduce((n, row) => n + of(row), 0);
  return [
    { pool: null, sessions: sum((row) => row.sessions), several: sum((row) => row.several) },
    ...rows.filter((row) => row.pool !== allPools && row.sessions > 0),
  ];
}

/**
 * The same to the very moment, or of one balancer: row by row, where there are not too many. Of more than 20,000 the
 * whole minutes are told; those of a balancer are counted among a share of more than 100,000.
 */
export async function sessionsIn(
  db: Queryable,
  pools: number[],
  range: AbsoluteRange,
  lb: number | null,
): Promise<SeenSessions[]> {
  const seen = await sessionsSeen(db, pools, range);
  const all = seen[0]?.sessions ?? 0;
  if (lb === null && (all > mostAtEnds || isWholeMinutes(range))) return seen;
  return windowSessions(db, sessionShareFor(all, mostSessions), { pools, ...range, lb });
}

/** The share of the sessions of a range that is counted for all. */
export async function sessionShare(
  db: Queryable,
  pools: number[],
  range: AbsoluteRange,
): Promise<SessionShare> {
  const [all] = await sessionsSeen(db, pools, range);
  return sessionShareFor(all?.sessions ?? 0, mostSessions);
}

function isWholeMinutes({ from, to }: AbsoluteRange): boolean {
  return from % minuteMs === 0 && to % minuteMs === 0;
}
