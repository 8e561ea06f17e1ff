import { localTime } from "./alerts/quiet-hours";
import type { EpochMs } from "./facts";
import { weekMs } from "./weeks";

/** An hour of the week by the clocks of a zone; Monday is 1. */
export interface WeeklyHour {
  day: number;
  hour: number;
  timezone: string;
}

const minuteMs = 60_000;
const weekMinutes = weekMs / minuteMs;

function minuteOfWeek(at: EpochMs, timezone: string): number {
  const { day, minute } = localTime(at, timezone);
  return (day - 1) * 24 * 60 + minute;
}

/** When that hour began last, at or before `now`. Where clocks jump over it, the same time on before or after is taken. */
export function lastHour({ day, hour, timezone }: WeeklyHour, now: EpochMs): EpochMs {
  const wanted = (day - 1) * 24 * 60 + hour * 60;
  const ago = (minuteOfWeek(now, timezone) - wanted + weekMinutes) % weekMinutes;
  const guess = Math.floor(now / minuteMs) * minuteMs - ago * minuteMs;
  // Where clocks were changed in between, the local time is what counts.
  const off = (minuteOfWeek(guess, timezone) - wanted + weekMinutes) % weekMinutes;
  const moved = off > weekMinutes / 2 ? off - weekMinutes : off;
  return guess - moved * minuteMs;
}

/** When that hour begins next, after `now`. */
export function nextHour(hours: WeeklyHour, now: EpochMs): EpochMs {
  const next = lastHour(hours, now + weekMs);
  // A week in which clocks were changed is an hour shorter or longer.
  return next > now ? next : lastHour(hours, now + weekMs + 2 * 60 * minuteMs);
}
