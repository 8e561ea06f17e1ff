/** Whole numbers read straight out of a line; NaN where there is none. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The two digits at `at`. */
export function twoDigits(line: string, at: number): number {
  const tens = line.charCodeAt(at) - 48;
  const ones = line.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The whole number that fills `from` to `to`, with an optional sign. */
export function integerIn(line: string, from: number, to: number): number {
  let at = from;
  const sign = line.charCodeAt(at);
  if (sign === 45 || sign === 43) at++;
  if (at >= to || to - at > 15) return Number.NaN;
  let value = 0;
  for (; at < to; at++) {
    const digit = line.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return sign === 45 ? -value : value;
}

/** The whole number that `text` is, or null. */
export function integer(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text === "") return null;
  const value = integerIn(text, 0, text.length);
  return Number.isNaN(value) ? null : value;
}

/** The whole number from 0 to `most` that `text` is, or null. */
export function integerUpTo(most: number, text: string | null | undefined): number | null {
  const value = integer(text);
  return value === null || value < 0 || value > most ? null : value;
}

/** The status code that `text` is; null for 0, `-` and anything else. */
export function statusCode(text: string | null | undefined): number | null {
  return integerUpTo(999, text) || null;
}

/** More milliseconds than any request took (30 years): such a number is another field. */
export const mostMs = 1e12;

/** The seconds written from `from` to `to` in milliseconds; -1 for `-` and `-1`, NaN for anything else. */
export function secondsIn(line: string, from: number, to: number): number {
  if (line.charCodeAt(from) === 45) {
    return to === from + 1 || (to === from + 2 && line.charCodeAt(from + 1) === 49)
      ? -1
      : Number.NaN;
  }
  if (to === from || to - from > 15) return Number.NaN;
  let value = 0;
  let scale = 0;
  for (let at = from; at < to; at++) {
    const digit = line.charCodeAt(at) - 48;
    if (digit === -2 && scale === 0) scale = 1;
    else if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      scale *= 10;
    } else return Number.NaN;
  }
  const ms = Math.round((value * 1e6) / (scale || 1)) / 1e3;
  return ms < mostMs ? ms : Number.NaN;
}

/** Seconds with a fraction as whole milliseconds; null for `-`, `-1` and anything that is no number. */
export function secondsToMs(text: string | null | undefined): number | null {
  if (!text) return null;
  const first = text.charCodeAt(0);
  if (!isDigit(first) && first !== 46) return null;
  const seconds = Number(text);
  return seconds * 1000 < mostMs ? Math.round(seconds * 1e6) / 1e3 : null;
}
