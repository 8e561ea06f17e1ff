import type { EpochMs } from "../facts";

/** Hours of the week in which nobody is to be woken. */
export interface QuietHours {
  timezone: string;
  /** Days on which they begin, Monday is 1 and Sunday 7. */
  days: readonly number[];
  from: string;
  /** An earlier time than `from`: on the next day; the same time: a whole day. */
  to: string;
  criticalPasses: boolean;
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Whether the time zones' database knows this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * When the quiet hours that hold at `at` end; null when none hold. Hours that
 * follow each other without a gap are one.
 */
export function quietUntil(hours: QuietHours, at: EpochMs): EpochMs | null {
  let end = endOfOne(hours, at);
  // A week of them has no end; its first is told.
  for (let next = end, n = 0; next !== null && n < 7; n += 1) {
    end = next;
    next = endOfOne(hours, next);
  }
  return end;
}

function endOfOne(hours: QuietHours, at: EpochMs): EpochMs | null {
  const { day, minute } = localTime(at, hours.timezone);
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const lasts = to > from ? to - from : to + dayMinutes - from;
  const yesterday = day === 1 ? 7 : day - 1;
  const begun = [
    { on: day, ago: minute - from },
    { on: yesterday, ago: minute + dayMinutes - from },
  ].find(({ on, ago }) => hours.days.includes(on) && ago >= 0 && ago < lasts);
  if (!begun) return null;
  const whole = Math.floor(at / minuteMs) * minuteMs;
  const guess = whole + (lasts - begun.ago) * minuteMs;
  // Where clocks were changed in between, the local time is what counts.
  const wanted = (minute + lasts - begun.ago) % dayMinutes;
  const off = localTime(guess, hours.timezone).minute - wanted;
  const moved =
    off > dayMinutes / 2 ? off - dayMinutes : off < -dayMinutes / 2 ? off + dayMinutes : off;
  return guess - moved * minuteMs;
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The day (Monday is 1) and the minute of it that clocks in a zone show. */
export function localTime(at: EpochMs, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return {
    day: weekdays.indexOf(part("weekday")) + 1,
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}
