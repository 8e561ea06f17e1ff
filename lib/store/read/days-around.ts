import type { EpochMs } from "@/lib/domain/facts";
import { timestampParam } from "../query";

/*
 * Where one fact is looked for around the time of another, no day follows from the question itself: the planner then looks
 * at the partitions of all days that are stored. So the days that may hold what is looked for are said beside it.
 */

/** The parameters of a statement that says them. */
export const daysAroundParams = { earliest: timestampParam, latest: timestampParam };

/** Their values: of what is looked for so long, in ms, before and after a time within `from` and `to`. */
export function daysAround(range: { from: EpochMs; to: EpochMs }, before: number, after: number) {
  return { earliest: range.from - before, latest: range.to + after };
}

/** SQL: that a time lies in those days. */
export const inDaysAround = (time: string) =>
  `${time} BETWEEN $earliest::timestamptz AND $latest::timestamptz`;
