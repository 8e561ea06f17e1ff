import type { EpochMs } from "../facts";
import { type Episode, episodesOf, type Point } from "./episodes";
import { Course, gridOf, minuteMs, stepMs } from "./grid";
import { timingOf } from "./measures";
import type { SourceStepCount } from "./pool-facts";
import type { Rule } from "./rule";
import { forgottenMs, longerThanUsual, regularMinutes } from "./source-measures";

/** What is usual of a source is what it did in so long a time before. */
export const usualOfSourceMs = 60 * minuteMs;
/** A pause in which chance alone leaves out so many lines is none of chance's: e to the minus 14 is one in a million. */
const linesLeftOut = 14;
/** Lines so far behind those of the others are not waited for. */
const anewMs = 60 * minuteMs;
/** A source keeps step with the others when they came on by so much of its time meanwhile. */
const inStep = 0.5;

/** The other sources, as far as they tell of one's silence. */
export interface Others {
  /** How far they have come; null: there are none. */
  reached: EpochMs | null;
  /** Whether any of them wrote a line in a time. */
  wrote: (from: EpochMs, to: EpochMs) => boolean;
}

/**
 * Where a regular source was silent while the others went on, in log time: so
 * a silence is found in a day that is sent within minutes, and in lines that
 * come late. Only of a source that keeps step with the others: where files are
 * sent one after the other, one that is behind or waits for its turn is not silent.
 *
 * @param steps of the source, in order; what is usual is told by those before.
 */
export function pauseEpisodes(
  steps: readonly SourceStepCount[],
  rule: Rule,
  others: Others,
): Episode[] {
  const { condition } = rule;
  if (condition.kind !== "silent") return [];
  const heard = steps.flatMap(heardIn);
  const found: Episode[] = [];
  const reached = heard.at(-1)?.lastAt ?? 0;
  const behindAfter = mostBehindFrom(heard);
  heard.forEach((step, place) => {
    const next = heard[place + 1];
    const end = next ? next.firstAt : others.reached;
    if (end === null || end - step.lastAt <= condition.afterSeconds * 1000) return;
    const since = step.lastAt;
    const before = hourBefore(heard, place);
    const dueMs = pauseOf(before, condition.afterSeconds * 1000, found);
    if (dueMs === null || end < since + dueMs) return;
    const seconds = Math.round((end - since) / 1000);
    const episode = { since, firedAt: since + dueMs, peak: seconds, last: seconds };
    if (next) {
      // What comes in any order may still come.
      const behind = Math.max(mostBehindFrom(before)[0] ?? 0, behindAfter[place + 1] ?? 0);
      if (!others.wrote(since + dueMs / 2, end) || reached < end + behind) return;
      found.push({ ...episode, endedAt: end });
    } else if (end - since <= forgottenMs && hasWaited(before, end))
      found.push({ ...episode, endedAt: null });
  });
  return found;
}

interface Heard extends SourceStepCount {
  firstAt: EpochMs;
  lastAt: EpochMs;
}

/** A source whose lines cannot be read is not silent. */
function heardIn(step: SourceStepCount): Heard[] {
  const { at, rejected, firstAt, lastAt } = step;
  if (firstAt !== null && lastAt !== null) return [{ ...step, firstAt, lastAt }];
  return rejected === 0 ? [] : [{ ...step, firstAt: at, lastAt: at + stepMs - 1 }];
}

/** How long a source may be silent, by what it did before; null: nobody waits for it, or it does not keep step. */
function pauseOf(
  before: readonly Heard[],
  leastMs: number,
  silences: readonly Episode[],
): number | null {
  const first = before[0];
  const last = before.at(-1);
  if (!first || !last) return null;
  const minutes = new Set(before.map(({ at }) => Math.floor(at / minuteMs)));
  if (minutes.size < regularMinutes) return null;
  const spanMs = last.lastAt - first.firstAt;
  const cameFrom = before.find(({ othersAt }) => othersAt !== null)?.othersAt ?? null;
  if (cameFrom === null || othersBy(before) - cameFrom < inStep * spanMs) return null;
  // Lines that are so much older than the others' are sent anew: when they end, nobody is missed.
  if (othersBy(before) - last.lastAt > anewMs) return null;
  const lines = before.reduce((sum, step) => sum + step.lines + step.rejected, 0);
  let longest = 0;
  before.forEach((step, place) => {
    const earlier = before[place - 1];
    if (earlier && !silences.some(({ since }) => since === earlier.lastAt))
      longest = Math.max(longest, step.firstAt - earlier.lastAt);
  });
  return Math.max(leastMs, longerThanUsual * longest, (linesLeftOut * spanMs) / lines);
}

/** The steps of the hour up to this one. */
function hourBefore(heard: readonly Heard[], place: number): Heard[] {
  const since = (heard[place]?.lastAt ?? 0) - usualOfSourceMs;
  let from = place;
  while (from > 0 && (heard[from - 1]?.lastAt ?? 0) > since) from -= 1;
  return heard.slice(from, place + 1);
}

/** How far back a delivery reached at most, from each step on. */
function mostBehindFrom(steps: readonly Heard[]): number[] {
  const most: number[] = [];
  for (let place = steps.length - 1; place >= 0; place--)
    most[place] = Math.max(most[place + 1] ?? 0, steps[place]?.behindBy ?? 0);
  return most;
}

/** How far the others had come by the last of these. */
function othersBy(before: readonly Heard[]): EpochMs {
  return before.reduce((most, { othersAt }) => Math.max(most, othersAt ?? 0), 0);
}

/** Whether the others have come on by so much since the source's last delivery that its next one is overdue. */
function hasWaited(before: readonly Heard[], othersReached: EpochMs): boolean {
  const heardTo = othersBy(before);
  const waits = before.flatMap((step) => (step.othersBy > 0 ? [step.othersBy] : []));
  if (heardTo === 0 || waits.length === 0) return false;
  waits.sort((a, b) => b - a);
  const middle = waits[Math.floor(waits.length / 2)] ?? 0;
  // One long wait in the hour may have been a silence of its own.
  const long = waits[1] ?? waits[0] ?? 0;
  return othersReached - heardTo >= Math.max(longerThanUsual * middle, 2 * long);
}

/** Where too many of a source's lines could not be read, by the log time of the lines around them. */
export function rejectEpisodes(
  steps: readonly SourceStepCount[],
  rule: Rule,
  from: EpochMs,
  to: EpochMs,
): Episode[] {
  const { condition } = rule;
  if (condition.kind !== "rejects") return [];
  const grid = gridOf(from, to, stepMs);
  const window = Math.max(1, Math.round((condition.windowSeconds * 1000) / stepMs));
  const rejected = Course.of(
    grid,
    steps.map(({ at, rejected: n }) => ({ at, n })),
  );
  const lines = Course.of(
    grid,
    steps.map((step) => ({ at: step.at, n: step.lines + step.rejected })),
  );
  return episodesOf(
    Array.from({ length: grid.count }, (_, place): Point => {
      const bad = rejected.within(place, window);
      const all = lines.within(place, window);
      const value = all === 0 ? 0 : bad / all;
      const at = Math.min(grid.start + (place + 1) * stepMs, to);
      // Silence after a flood of rejects is an end of the rejects.
      return { at, value, level: bad >= condition.minLines ? value / condition.aboveShare : 0 };
    }),
    timingOf(rule),
  );
}
