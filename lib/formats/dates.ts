import type { EpochMs } from "@/lib/domain/facts";
import { isDigit, twoDigits } from "./digits";
import { FormatStringError } from "./format";

/** A time read from a line, where it ended, and how finely it was written. */
export interface ReadDate {
  at: EpochMs;
  end: number;
  resolutionMs: number;
}

/** Turns a wall-clock time (as if it were UTC) into the instant it names in one zone. */
export type WallClock = (wallMs: number) => EpochMs;

/**
 * The wall clock of an IANA zone. The hour that is passed twice in autumn is
 * read as its first passage.
 * @throws {FormatStringError} when the zone is not known.
 */
export function wallClockOf(timezone: string | null | undefined): WallClock {
  if (!timezone || timezone === "UTC" || timezone === "Etc/UTC") return (wallMs) => wallMs;
  const offsetAt = zoneOffsets(timezone);
  const quarterHour = 900_000;
  let cachedQuarter = Number.NaN;
  let cachedOffset = 0;
  return (wallMs) => {
    const quarter = Math.floor(wallMs / quarterHour);
    if (quarter !== cachedQuarter) {
      // Two steps settle it: the offset a little before names the first of two passages.
      const before = offsetAt(wallMs - offsetAt(wallMs) - 3 * 3_600_000);
      const settled = offsetAt(wallMs - before);
      cachedOffset = settled === before ? before : offsetAt(wallMs - settled);
      cachedQuarter = quarter;
    }
    return wallMs - cachedOffset;
  };
}

function zoneOffsets(timezone: string): (at: EpochMs) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    throw new FormatStringError(`timezone "${timezone}" is not known`, { cause: error });
  }
  return (at) => {
    const parts: Record<string, number> = {};
    for (const part of format.formatToParts(at)) parts[part.type] = Number(part.value);
    const wall = Date.UTC(
      parts.year ?? 1970,
      (parts.month ?? 1) - 1,
      parts.day ?? 1,
      parts.hour ?? 0,
      parts.minute ?? 0,
      parts.second ?? 0,
    );
    return wall - Math.floor(at / 1000) * 1000;
  };
}

/** The month (0 to 11) whose English three letters stand at `at`, or -1. */
export function monthAt(line: string, at: number): number {
  const a = line.charCodeAt(at) | 32;
  const b = line.charCodeAt(at + 1) | 32;
  const c = line.charCodeAt(at + 2) | 32;
  switch ((a << 16) | (b << 8) | c) {
    case 0x6a616e:
      return 0;
    case 0x666562:
      return 1;
    case 0x6d6172:
      return 2;
    case 0x617072:
      return 3;
    case 0x6d6179:
      return 4;
    case 0x6a756e:
      return 5;
    case 0x6a756c:
      return 6;
    case 0x617567:
      return 7;
    case 0x736570:
      return 8;
    case 0x6f6374:
      return 9;
    case 0x6e6f76:
      return 10;
    case 0x646563:
      return 11;
    default:
      return -1;
  }
}

const dayMs = 86_400_000;
let cachedDay = -1;
let cachedDayStart = 0;

function dayStart(year: number, month: number, day: number): number {
  const key = (year * 12 + month) * 32 + day;
  if (key !== cachedDay) {
    cachedDayStart = Date.UTC(year, month, day);
    cachedDay = key;
  }
  return cachedDayStart;
}

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1970 && year < 2200 && month >= 0 && month < 12 && day >= 1 && day <= 31;
}

/** The time of day `hh:mm:ss` at `at` in milliseconds, or NaN. */
function clockAt(line: string, at: number): number {
  const hour = twoDigits(line, at);
  const minute = twoDigits(line, at + 3);
  const second = twoDigits(line, at + 6);
  if (line.charCodeAt(at + 2) !== 58 || line.charCodeAt(at + 5) !== 58) return Number.NaN;
  // A leap second is written as 60.
  if (!(hour < 24 && minute < 60 && second < 61)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** What `readFraction` answers beside its value. */
let fractionEnd = 0;
let fractionResolution = 1000;

/** A fraction `.123456` at `at` in milliseconds; sets where it ended and how fine it is. */
function readFraction(line: string, at: number): number {
  fractionEnd = at;
  fractionResolution = 1000;
  const mark = line.charCodeAt(at);
  if ((mark !== 46 && mark !== 44) || !isDigit(line.charCodeAt(at + 1))) return 0;
  let value = 0;
  let scale = 1000;
  let end = at + 1;
  for (; isDigit(line.charCodeAt(end)); end++) {
    if (end - at > 6) continue;
    value = value * 10 + (line.charCodeAt(end) - 48);
    scale /= 10;
  }
  fractionEnd = end;
  fractionResolution = end - at > 6 ? 0.001 : Math.max(scale, 0.001);
  return Math.round(value * scale * 1000) / 1000;
}

/** A zone `+0200`, `+02:00` or `Z` at `at` in milliseconds east, or NaN; sets where it ended. */
let zoneEnd = 0;
function readZone(line: string, at: number): number {
  const sign = line.charCodeAt(at);
  zoneEnd = at + 1;
  if (sign === 90 || sign === 122) return 0;
  if (sign !== 43 && sign !== 45) return Number.NaN;
  const hours = twoDigits(line, at + 1);
  const colon = line.charCodeAt(at + 3) === 58 ? 1 : 0;
  const minutes = twoDigits(line, at + 3 + colon);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  zoneEnd = at + 5 + colon;
  const east = (hours * 60 + minutes) * 60_000;
  return sign === 43 ? east : -east;
}

/**
 * `21/Nov/2026:03:58:22`, with `.235` and ` +0100` where written; a time
 * without a zone is read by `clock`. Null when there is no such date at `at`.
 */
export function readLogDate(line: string, at: number, clock: WallClock): ReadDate | null {
  const day = twoDigits(line, at);
  const month = monthAt(line, at + 3);
  const year = twoDigits(line, at + 7) * 100 + twoDigits(line, at + 9);
  const time = clockAt(line, at + 12);
  if (line.charCodeAt(at + 2) !== 47 || line.charCodeAt(at + 6) !== 47) return null;
  if (line.charCodeAt(at + 11) !== 58 || Number.isNaN(time) || !isDay(year, month, day))
    return null;
  const fraction = readFraction(line, at + 20);
  const resolutionMs = fractionResolution;
  const end = fractionEnd;
  const wall = dayStart(year, month, day) + time + fraction;
  if (line.charCodeAt(end) === 32) {
    const east = readZone(line, end + 1);
    if (!Number.isNaN(east)) return { at: wall - east, end: zoneEnd, resolutionMs };
  }
  return { at: clock(wall), end, resolutionMs };
}

/**
 * RFC 3339: `2026-11-21T03:58:22.235530+00:00` (a space for the T is taken
 * too); a time without a zone is read by `clock`. Null when there is none at `at`.
 */
export function readIsoDate(line: string, at: number, clock: WallClock): ReadDate | null {
  const year = twoDigits(line, at) * 100 + twoDigits(line, at + 2);
  const month = twoDigits(line, at + 5) - 1;
  const day = twoDigits(line, at + 8);
  const between = line.charCodeAt(at + 10);
  const time = clockAt(line, at + 11);
  if (line.charCodeAt(at + 4) !== 45 || line.charCodeAt(at + 7) !== 45) return null;
  if ((between !== 84 && between !== 116 && between !== 32) || Number.isNaN(time)) return null;
  if (!isDay(year, month, day)) return null;
  const fraction = readFraction(line, at + 19);
  const resolutionMs = fractionResolution;
  const end = fractionEnd;
  const wall = dayStart(year, month, day) + time + fraction;
  const east = readZone(line, end);
  if (!Number.isNaN(east)) return { at: wall - east, end: zoneEnd, resolutionMs };
  return { at: clock(wall), end, resolutionMs };
}

let cachedReceivedAt = Number.NaN;
let cachedYear = 1970;

function yearOf(receivedAt: EpochMs): number {
  if (receivedAt !== cachedReceivedAt) {
    cachedYear = new Date(receivedAt).getUTCFullYear();
    cachedReceivedAt = receivedAt;
  }
  return cachedYear;
}

/**
 * RFC 3164's `Nov  6 03:58:22`, which has no year: the one that brings it
 * nearest to when it was received.
 */
export function readSyslogDate(
  line: string,
  at: number,
  clock: WallClock,
  receivedAt: EpochMs,
): ReadDate | null {
  const month = monthAt(line, at);
  if (month < 0 || line.charCodeAt(at + 3) !== 32) return null;
  const padded = line.charCodeAt(at + 4) === 32;
  const day = padded ? line.charCodeAt(at + 5) - 48 : twoDigits(line, at + 4);
  const time = clockAt(line, at + 7);
  if (line.charCodeAt(at + 6) !== 32 || Number.isNaN(time) || !(day >= 1 && day <= 31)) return null;
  const fraction = readFraction(line, at + 15);
  const end = fractionEnd;
  const resolutionMs = fractionResolution;
  const year = yearOf(receivedAt);
  let wall = dayStart(year, month, day) + time + fraction;
  if (wall - receivedAt > 182 * dayMs) wall = dayStart(year - 1, month, day) + time + fraction;
  else if (receivedAt - wall > 183 * dayMs) wall = dayStart(year + 1, month, day) + time + fraction;
  return { at: clock(wall), end, resolutionMs };
}

/** NGINX error.log's `2026/11/21 03:58:22`. */
export function readSlashDate(line: string, at: number, clock: WallClock): ReadDate | null {
  const year = twoDigits(line, at) * 100 + twoDigits(line, at + 2);
  const month = twoDigits(line, at + 5) - 1;
  const day = twoDigits(line, at + 8);
  const time = clockAt(line, at + 11);
  if (line.charCodeAt(at + 4) !== 47 || line.charCodeAt(at + 7) !== 47) return null;
  if (line.charCodeAt(at + 10) !== 32 || Number.isNaN(time) || !isDay(year, month, day))
    return null;
  return { at: clock(dayStart(year, month, day) + time), end: at + 19, resolutionMs: 1000 };
}

/** Seconds since the epoch with a fraction, as NGINX's `$msec` and HAProxy's `%Ts` write them. */
export function readEpochSeconds(text: string): { at: EpochMs; resolutionMs: number } | null {
  const dot = text.indexOf(".");
  const whole = dot < 0 ? text : text.slice(0, dot);
  if (whole.length < 9 || whole.length > 11) return null;
  for (let i = 0; i < whole.length; i++) if (!isDigit(whole.charCodeAt(i))) return null;
  const fraction = dot < 0 ? 0 : readFraction(text, dot);
  if (dot >= 0 && fractionEnd !== text.length) return null;
  return { at: Number(whole) * 1000 + fraction, resolutionMs: dot < 0 ? 1000 : fractionResolution };
}
