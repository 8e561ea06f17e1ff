import { createLoader, parseAsString, parseAsStringLiteral } from "nuqs/server";
import type { RangeParams } from "@/lib/browser/page-params";
import type { CompareParams } from "@/lib/browser/queries/compare";
import { endsOf, withPeriodBefore } from "@/lib/view/compare-windows";

export const sideLengths = ["10m", "30m", "2h", "1d"] as const;

/** What the comparison keeps in the URL, beside range and pool. */
export const compareParams = {
  /** A change's id: its two sides. */
  change: parseAsString,
  /** A moment: its two sides. */
  at: parseAsString,
  /** How long each side of a change or a moment is. */
  window: parseAsStringLiteral(sideLengths).withDefault("30m"),
  /** Two windows, `from/to` each. */
  before: parseAsString,
  after: parseAsString,
  /** The pool of one side, where the two are of different pools. */
  beforePool: parseAsString,
  afterPool: parseAsString,
  lb: parseAsString,
};

export const loadCompareParams = createLoader(compareParams);
export type CompareUrl = Awaited<ReturnType<typeof loadCompareParams>>;

/** Nothing chosen: the page's range beside the period before it. */
export const noWindows = {
  change: null,
  at: null,
  before: null,
  after: null,
  beforePool: null,
  afterPool: null,
};

/** What to ask: the sides of a change or a moment, two windows, or the page's range beside the period before it. */
export function compareAsked(range: RangeParams, url: CompareUrl, now: number): CompareParams {
  const { change, at, window, before, after, beforePool, afterPool, lb } = url;
  const where = {
    ...(range.pool ? { pool: range.pool } : {}),
    ...(beforePool ? { beforePool } : {}),
    ...(afterPool ? { afterPool } : {}),
    ...(lb ? { lb } : {}),
  };
  if (change) return { ...where, change, window };
  if (before && after && endsOf(before) && endsOf(after)) return { ...where, before, after };
  if (at) return { ...where, at, window };
  return { ...where, ...withPeriodBefore(range, now) };
}

const halfWeek = 3.5 * 24 * 3_600_000;

/** The changes beside a comparison: those of the week around fixed windows or a fixed moment, else of the last seven days. */
export function changesBeside(
  pool: string | null,
  { before, after, at }: Pick<CompareUrl, "before" | "after" | "at">,
): RangeParams {
  const of = pool ? { pool } : {};
  const windows = [endsOf(before ?? ""), endsOf(after ?? "")];
  const times = windows.every((window) => window !== null)
    ? windows.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)])
    : [Date.parse(at ?? "")];
  if (times.some(Number.isNaN)) return { from: "now-7d", to: "now", ...of };
  return {
    from: new Date(Math.min(...times) - halfWeek).toISOString(),
    to: new Date(Math.max(...times) + halfWeek).toISOString(),
    ...of,
  };
}
