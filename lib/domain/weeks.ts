import type { EpochMs } from "./facts";

/** ISO 8601 weeks: from Monday 00:00 to the next, in UTC; the week that holds a year's first Thursday is its first. */

export const dayMs = 24 * 3_600_000;
export const weekMs = 7 * dayMs;
/** A Monday. */
const monday = Date.UTC(1970, 0, 5);

export interface Week {
  /** `2026-W47`. */
  name: string;
  from: EpochMs;
  to: EpochMs;
}

/** The week that a moment lies in. */
export function weekOf(at: EpochMs): Week {
  const from = monday + Math.floor((at - monday) / weekMs) * weekMs;
  const thursday = new Date(from + 3 * dayMs);
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / weekMs);
  return { name: `${year}-W${String(number).padStart(2, "0")}`, from, to: from + weekMs };
}

/** The week of a name; null for what names none (also `2026-W54`). */
export function weekNamed(name: string): Week | null {
  const match = /^(\d{4})-W(\d\d)$/.exec(name);
  if (!match) return null;
  const [, year = "", number = ""] = match;
  // The fourth of January always lies in the first week.
  const first = weekOf(Date.UTC(Number(year), 0, 4));
  const week = weekOf(first.from + (Number(number) - 1) * weekMs);
  return week.name === name ? week : null;
}

/** The week so many weeks on, or back. */
export function weekAfter(week: Week, by: number): Week {
  return weekOf(week.from + by * weekMs);
}

/** The last week that is over. */
export function lastFullWeek(now: EpochMs): Week {
  return weekAfter(weekOf(now), -1);
}
