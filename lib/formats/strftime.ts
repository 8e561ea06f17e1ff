import { monthAt, type WallClock } from "./dates";
import { isDigit } from "./digits";
import { FormatStringError } from "./format";
import type { Moment } from "./json-members";

/** A date that stands in a line in parts, as far as they have been read. */
export interface DateParts {
  year: number | null;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** The fraction of the second, in milliseconds. */
  fractionMs: number;
  /** Minutes east of Greenwich; null where none is written. */
  east: number | null;
  epochMs: number | null;
  resolutionMs: number;
}

export function newDateParts(): DateParts {
  return {
    year: null,
    month: 0,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    fractionMs: 0,
    east: null,
    epochMs: null,
    resolutionMs: 1000,
  };
}

/** The instant that the parts name; null while they hold no day. */
export function instantOfParts(parts: DateParts, clock: WallClock): Moment | null {
  const { resolutionMs } = parts;
  if (parts.epochMs !== null) return { at: parts.epochMs + parts.fractionMs, resolutionMs };
  if (parts.year === null) return null;
  const wall =
    Date.UTC(parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second) +
    parts.fractionMs;
  return { at: parts.east === null ? clock(wall) : wall - parts.east * 60_000, resolutionMs };
}

/** Reads one directive at `at`; answers where it ended, or -1. */
type Reader = (text: string, at: number, parts: DateParts) => number;

function number(
  width: number,
  most: number,
  store: (parts: DateParts, value: number) => void,
): Reader {
  return (text, at, parts) => {
    let value = 0;
    let end = at;
    // `%e` and `%k` pad with a space.
    while (text.charCodeAt(end) === 32 && end < at + width - 1) end++;
    const first = end;
    while (end < at + width && isDigit(text.charCodeAt(end))) {
      value = value * 10 + (text.charCodeAt(end) - 48);
      end++;
    }
    if (end === first || value > most) return -1;
    store(parts, value);
    return end;
  };
}

const fraction: Reader = (text, at, parts) => {
  let end = at;
  let value = 0;
  let scale = 1000;
  for (; isDigit(text.charCodeAt(end)); end++) {
    if (end - at >= 6) continue;
    value = value * 10 + (text.charCodeAt(end) - 48);
    scale /= 10;
  }
  if (end === at) return -1;
  parts.fractionMs = Math.round(value * scale * 1000) / 1000;
  parts.resolutionMs = Math.max(scale, 0.001);
  return end;
};

const zone: Reader = (text, at, parts) => {
  const sign = text.charCodeAt(at);
  if (sign === 90) {
    parts.east = 0;
    return at + 1;
  }
  const found = /^[+-](\d\d):?(\d\d)/.exec(text.slice(at, at + 6));
  if (!found) return -1;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  parts.east = sign === 45 ? -minutes : minutes;
  return at + found[0].length;
};

const month: Reader = (text, at, parts) => {
  parts.month = monthAt(text, at);
  return parts.month < 0 ? -1 : at + 3;
};

const readers: Readonly<Record<string, Reader>> = {
  Y: number(4, 9999, (parts, value) => {
    parts.year = value;
  }),
  m: number(2, 12, (parts, value) => {
    parts.month = value - 1;
  }),
  d: number(2, 31, (parts, value) => {
    parts.day = value;
  }),
  e: number(2, 31, (parts, value) => {
    parts.day = value;
  }),
  H: number(2, 23, (parts, value) => {
    parts.hour = value;
  }),
  M: number(2, 59, (parts, value) => {
    parts.minute = value;
  }),
  S: number(2, 60, (parts, value) => {
    parts.second = value;
  }),
  s: number(11, Number.MAX_SAFE_INTEGER, (parts, value) => {
    parts.epochMs = value * 1000;
  }),
  b: month,
  h: month,
  z: zone,
  f: fraction,
};

const short: Readonly<Record<string, string>> = { T: "%H:%M:%S", F: "%Y-%m-%d", R: "%H:%M" };

/** Reads a date as `strftime` wrote it, into parts. False when it is none. */
export type DateReader = (text: string, parts: DateParts) => boolean;

/**
 * The reader of a `strftime` format; `%f` and `%3f` (Envoy's) are fractions of a second.
 * @throws {FormatStringError} naming a directive that is not read.
 */
export function strftimeReader(format: string): DateReader {
  const steps: (Reader | string)[] = [];
  const expanded = format.replace(/%([TFR])/g, (_, name: string) => short[name] ?? "");
  let at = 0;
  while (at < expanded.length) {
    if (expanded[at] !== "%") {
      steps.push(expanded.charAt(at++));
      continue;
    }
    const directive = /^%[E\d]*([A-Za-z%])/.exec(expanded.slice(at, at + 6));
    const name = directive?.[1] ?? "";
    if (name === "%") steps.push("%");
    else {
      const reader = readers[name];
      if (!reader) throw new FormatStringError(`the date's directive %${name} is not read`);
      steps.push(reader);
    }
    at += directive?.[0].length ?? 1;
  }
  return (text, parts) => {
    let end = 0;
    for (const step of steps) {
      if (typeof step === "string") {
        if (text[end] !== step) return false;
        end++;
      } else {
        end = step(text, end, parts);
        if (end < 0) return false;
      }
    }
    return end === text.length;
  };
}

/** A fraction of a second by itself, such as Apache's `%{usec_frac}t`. */
export function readFractionPart(text: string, parts: DateParts): boolean {
  return fraction(text, 0, parts) === text.length;
}
