import { minuteMs } from "@/lib/domain/alerts/grid";

/** What came is no older than this: it was written just now, or is a log that comes late as always. */
const liveMs = 15 * minuteMs;
/** Where lines come steadily looks take a hundredth of the time, and yet nobody waits longer than this for one. */
const liveRestPerWork = 100;
const longestLiveRestMs = 12_000;
/** Old lines are gone through soon: looks take a fifth of the time… */
const replayRestPerWork = 4;
/** …unless one takes very long: what goes wrong meanwhile waits no longer than this for the next one. */
const longestRestMs = 20_000;

/**
 * How long the rules are not looked at after a look that took `workMs`, ms.
 *
 * @param oldestAt the log time of the oldest that it looked at; null: nothing had come.
 */
export function restAfter(workMs: number, oldestAt: number | null, now: number): number {
  return oldestAt === null || oldestAt > now - liveMs
    ? Math.max(
        Math.min(longestLiveRestMs, workMs * liveRestPerWork),
        Math.min(longestRestMs, workMs * replayRestPerWork),
      )
    : Math.min(longestRestMs, workMs * replayRestPerWork);
}
