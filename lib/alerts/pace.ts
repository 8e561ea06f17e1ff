import { minuteMs } from "@/lib/domain/alerts/grid";

/** What came is no older than this: it was written just now, or is a log that comes late as always. */
const liveMs = 15 * minuteMs;
/** Where lines come steadily looks take a hundredth of the time, and yet nobody waits longer than this for one. */
const liveRestPerWork = 100;
const longestLiveRestMs = 12_000;
/** What was not looked for that long is made up for: a few looks follow one another at once, as an onset is followed by its end. */
const savedMs = 300;
/** Old lines are gone through soon: looks take a fifth of the time… */
const replayRestPerWork = 4;
/** …unless one takes very long: what goes wrong meanwhile waits no longer than this for the next one. */
const longestRestMs = 20_000;

/** How often the rules are looked at, by what looks take. Nothing is kept but what may still be spent. */
export class Pace {
  private leftMs = savedMs;
  private at = Number.NEGATIVE_INFINITY;

  /**
   * How long the rules are not looked at after a look that took `workMs` and ended `now`, ms.
   *
   * @param oldestAt the log time of the oldest that it looked at; null: nothing had come.
   */
  restAfter(workMs: number, oldestAt: number | null, now: number): number {
    const replayRestMs = Math.min(longestRestMs, workMs * replayRestPerWork);
    if (oldestAt !== null && oldestAt <= now - liveMs) return replayRestMs;
    const restored = (now - this.at) / liveRestPerWork;
    // One look costs no more than the longest rest gives back.
    const spent = Math.min(workMs, longestLiveRestMs / liveRestPerWork);
    this.leftMs = Math.min(savedMs, this.leftMs + restored) - spent;
    this.at = now;
    return Math.max(0, -this.leftMs * liveRestPerWork, replayRestMs);
  }
}
