/** Instants as people read them: local time with its zone, 24 hours. The zone is always an argument. */

export type Instant = string | number;
export type Precision = "minute" | "second" | "millisecond";

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
    formatters.set(key, found);
  }
  return found;
}

export function epochOf(at: Instant): number {
  return typeof at === "number" ? at : Date.parse(at);
}

/** `02:55`, `02:55:30` or `02:55:30.906`. */
export function formatClock(at: Instant, zone: string, precision: Precision = "second"): string {
  return formatter(zone, {
    hour: "2-digit",
    minute: "2-digit",
    ...(precision === "minute" ? {} : { second: "2-digit" }),
    ...(precision === "millisecond" ? { fractionalSecondDigits: 3 } : {}),
  }).format(epochOf(at));
}

const halfYear = 182 * 86_400_000;

/** `21 Nov`; with the year where that is more than half a year from `now`, if given. */
export function formatDay(at: Instant, zone: string, now?: number): string {
  const isFar = now !== undefined && Math.abs(epochOf(at) - now) > halfYear;
  const year = isFar ? ({ year: "numeric" } as const) : {};
  return formatter(zone, { day: "numeric", month: "short", ...year }).format(epochOf(at));
}

/** `21 Nov 02:55:30`, with the year as `formatDay` has it. */
export function formatDayClock(
  at: Instant,
  zone: string,
  precision: Precision = "second",
  now?: number,
): string {
  return `${formatDay(at, zone, now)} ${formatClock(at, zone, precision)}`;
}

/** Whether two instants are on one day of the zone. */
export function isSameDay(one: Instant, other: Instant, zone: string): boolean {
  const apart = Math.abs(epochOf(one) - epochOf(other));
  return apart < 86_400_000 && formatDay(one, zone) === formatDay(other, zone);
}

/** The zone's short name at that instant: `CET`, `UTC`, `GMT+5:30`. */
export function zoneName(at: Instant, zone: string): string {
  const parts = formatter(zone, { timeZoneName: "short" }).formatToParts(epochOf(at));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** For a tooltip: `2026-11-21 01:55:30.906 UTC`. */
export function formatUtc(at: Instant): string {
  return `${new Date(epochOf(at)).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** `02:13 to 03:13 CET`; with days where the range is not within one, or not within today's. */
export function formatRange(from: Instant, to: Instant, zone: string, now: number): string {
  const sameDay = isSameDay(from, to, zone);
  const today = sameDay && isSameDay(to, now, zone);
  const short = epochOf(to) - epochOf(from) < 10 * 60_000;
  const precision: Precision = short ? "second" : "minute";
  const first = today
    ? formatClock(from, zone, precision)
    : formatDayClock(from, zone, precision, now);
  const last = sameDay
    ? formatClock(to, zone, precision)
    : formatDayClock(to, zone, precision, now);
  return `${first} to ${last} ${zoneName(to, zone)}`;
}

/** True for a name that the runtime knows as a time zone. */
export function isZone(name: string): boolean {
  try {
    // Kept where it is one: every time of a page that names a zone asks.
    formatter(name, { timeZoneName: "short" });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 30].map((n) => n * day),
];

/** Round instants within the range, at most `most` of them, on the zone's own round hours. */
export function timeTicks(from: number, to: number, zone: string, most: number): number[] {
  if (!(to > from) || most < 1) return [];
  const step = steps.find((candidate) => (to - from) / candidate <= most) ?? 90 * day;
  const shift = zoneOffset(from, zone);
  const ticks: number[] = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step)
    ticks.push(at);
  return ticks;
}

/** A tick's label: seconds under a five-minute range, the day at a day's start. */
export function formatTick(at: number, span: number, zone: string): string {
  if (span < 5 * minute) return formatClock(at, zone, "second");
  const clock = formatClock(at, zone, "minute");
  if (span > 20 * hour && clock === "00:00") return formatDay(at, zone);
  return span > 8 * day ? formatDay(at, zone) : clock;
}

/** How far the zone's clock is ahead of UTC at that instant, ms. */
export function zoneOffset(at: number, zone: string): number {
  const parts = formatter(zone, {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return local - Math.floor(at / 1000) * 1000;
}

/**
 * What a person wrote as a time in a zone: `2026-11-21 02:55`, `2026-11-21`, or `02:55` of the day of `now`.
 * Null when it is none of these.
 */
export function readLocalTime(text: string, zone: string, now: number): number | null {
  const match =
    /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[ T]?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?$/.exec(
      text.trim(),
    );
  if (!match || match[0] === "") return null;
  const [, year, month, date, hours = "0", minutes = "0", seconds = "0", fraction = ""] = match;
  const today = new Date(now + zoneOffset(now, zone));
  const wall = Date.UTC(
    year ? Number(year) : today.getUTCFullYear(),
    month ? Number(month) - 1 : today.getUTCMonth(),
    date ? Number(date) : today.getUTCDate(),
    Number(hours),
    Number(minutes),
    Number(seconds),
    Number(fraction.padEnd(3, "0")),
  );
  const given = new Date(wall);
  if (Number.isNaN(wall) || Number(hours) > 23 || Number(minutes) > 59) return null;
  // The 30th of February would become the 2nd of March.
  if (date && given.getUTCDate() !== Number(date)) return null;
  if (month && given.getUTCMonth() !== Number(month) - 1) return null;
  // Once more with the offset found, for the hours around a change of the clocks.
  const guess = wall - zoneOffset(wall, zone);
  return wall - zoneOffset(guess, zone);
}

/** For a field that a person edits: `2026-11-21 02:55:30`. */
export function formatLocalTime(at: Instant, zone: string): string {
  const epoch = epochOf(at);
  return new Date(epoch + zoneOffset(epoch, zone)).toISOString().slice(0, 19).replace("T", " ");
}
