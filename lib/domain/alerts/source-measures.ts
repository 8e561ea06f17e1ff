import type { EpochMs } from "../facts";
import type { Episode } from "./episodes";
import { minuteMs } from "./grid";
import type { DeliveryCount } from "./pool-facts";
import type { Rule } from "./rule";

/** How many of the last sixty minutes with a delivery make a source a regular one. */
export const regularMinutes = 10;
/** A pause is longer than usual when it is so many times the longest of the hour before. */
export const longerThanUsual = 3;
/** What has been silent for a day was switched off. */
export const forgottenMs = 24 * 3_600_000;

/**
 * A regular source that went silent by our own clock: from its last delivery on, once that is
 * longer ago than the rule allows and than its own rhythm makes of it. One that
 * sent a file or two owes nothing.
 *
 * @param heardSince from when on we were there to hear it.
 */
export function silentEpisode(
  deliveries: readonly DeliveryCount[],
  rule: Rule,
  now: EpochMs,
  heardSince: EpochMs = Number.NEGATIVE_INFINITY,
): Episode | null {
  const { condition } = rule;
  if (condition.kind !== "silent" || deliveries.length < regularMinutes) return null;
  const lastAt = Math.max(...deliveries.map((row) => row.lastAt));
  const lately = deliveries.filter(({ minute }) => minute > lastAt - 60 * minuteMs);
  const silentMs = now - lastAt;
  if (lately.length < regularMinutes || silentMs > forgottenMs) return null;
  const dueAt =
    Math.max(lastAt, heardSince) +
    Math.max(condition.afterSeconds * 1000, longerThanUsual * longestPause(lately));
  if (now < dueAt) return null;
  const seconds = Math.round(silentMs / 1000);
  return { since: lastAt, firedAt: dueAt, endedAt: null, peak: seconds, last: seconds };
}

/** The longest that a source paused, ms: what is known by the minute is at least so long. */
function longestPause(deliveries: readonly DeliveryCount[]): number {
  const sorted = [...deliveries].sort((a, b) => a.minute - b.minute);
  return sorted.reduce((longest, { minute }, place) => {
    const before = sorted[place - 1];
    return before === undefined ? longest : Math.max(longest, minute - before.lastAt);
  }, 0);
}
