import type { EpochMs } from "@/lib/domain/facts";

/** Postgres' COPY text format (documentation, "COPY", File Formats, Text Format). */

const special = /[\\\b\f\n\r\t\v\0]/;
const escapes: Record<string, string> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  // Text cannot hold NUL at all.
  "\0": "\u00b7",
};
const specials = /[\\\b\f\n\r\t\v\0]/g;

export function copyText(value: string | null): string {
  if (value === null) return "\\N";
  return special.test(value) ? value.replace(specials, (sign) => escapes[sign] ?? sign) : value;
}

export function copyNumber(value: number | null): string {
  return value === null ? "\\N" : String(value);
}

export function copyBoolean(value: boolean | null): string {
  return value === null ? "\\N" : value ? "t" : "f";
}

let lastSecond = Number.NaN;
let lastSecondText = "";

/** Epoch ms as Postgres reads it, to the microsecond. Times of a log come in runs, so the second's text is kept. */
export function timestampText(at: EpochMs): string {
  let second = Math.floor(at / 1000);
  let micros = Math.round((at - second * 1000) * 1000);
  if (micros >= 1_000_000) {
    micros -= 1_000_000;
    second += 1;
  }
  if (second !== lastSecond) {
    lastSecond = second;
    lastSecondText = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return micros === 0
    ? `${lastSecondText}+00`
    : `${lastSecondText}.${String(micros).padStart(6, "0")}+00`;
}

/** The same instant cut to what Postgres keeps: whole microseconds. */
export function microseconds(at: EpochMs): EpochMs {
  return Math.round(at * 1000) / 1000;
}
