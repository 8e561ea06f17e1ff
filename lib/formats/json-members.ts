import type { EpochMs, Rejected } from "@/lib/domain/facts";
import { readEpochSeconds, readIsoDate, type WallClock } from "./dates";
import { integerUpTo, mostMs } from "./digits";
import { parseJsonText } from "./json-text";
import { quoted, rejected } from "./rejection";

/** An instant as a line tells it, and how finely. */
export interface Moment {
  at: EpochMs;
  resolutionMs: number;
}

/** What a line's members turned out to be wrong with: the first of it, for the whole line. */
interface Faults {
  first: Rejected | null;
}

/** Ways to write "nothing". */
const nothing = new Set(["", "-", "N/A", "n/a", "null"]);

/**
 * The members of a JSON object, read by name. What is missing (absent, null,
 * `""`, `-`, `N/A`) is null; what is there and wrong is kept as the line's fault.
 */
export class Members {
  private constructor(
    private readonly object: ReadonlyMap<string, unknown>,
    private readonly faults: Faults,
    private readonly within: string,
  ) {}

  /** Of the object that begins at `start`; null when there is none. */
  static read(line: string, start: number): Members | null {
    const object = objectOf(parseJsonText(start === 0 ? line : line.slice(start)));
    return object && new Members(object, { first: null }, "");
  }

  /** The first thing that was wrong, or null. */
  get fault(): Rejected | null {
    return this.faults.first;
  }

  get names(): Iterable<string> {
    return this.object.keys();
  }

  has(name: string): boolean {
    return this.object.has(name);
  }

  /** The object of that name; one without members where there is none. */
  inside(name: string): Members {
    const object = objectOf(this.object.get(name)) ?? new Map<string, unknown>();
    return new Members(object, this.faults, `${this.within}${name}.`);
  }

  /** These members and those of the object `name`, by names in lower case; the inner ones win. */
  mergedLower(name: string): Members {
    const merged = new Map<string, unknown>();
    for (const [key, value] of this.object) merged.set(key.toLowerCase(), value);
    const inner = objectOf(this.object.get(name));
    if (inner) for (const [key, value] of inner) merged.set(key.toLowerCase(), value);
    return new Members(merged, this.faults, this.within);
  }

  /** The first of these members that is there, as text. */
  text(...names: string[]): string | null {
    for (const name of names) {
      const text = textOf(this.object.get(name));
      if (text !== null) return text;
    }
    return null;
  }

  /** The texts of a list, or the one text that stands in its place. */
  texts(name: string): string[] {
    const value = this.object.get(name);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const texts: string[] = [];
    for (const each of list) {
      const text = textOf(each);
      if (text !== null) texts.push(text);
    }
    return texts;
  }

  /** Every member that is text or a number, by its name. */
  *entries(): Iterable<[name: string, value: string]> {
    for (const [name, value] of this.object) {
      const text = textOf(Array.isArray(value) ? value[0] : value);
      if (text !== null) yield [name, text];
    }
  }

  /** A whole number, written as one or as text. */
  whole(name: string, most = Number.MAX_SAFE_INTEGER): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = integerUpTo(most, text);
    return value === null ? this.wrong(name, "a whole number", text) : value;
  }

  /** A status code; 0 is none. */
  status(name: string): number | null {
    return this.whole(name, 999) || null;
  }

  port(name: string): number | null {
    return this.whole(name, 65_535) || null;
  }

  /** A duration in milliseconds, of a number that counts units of `unitMs`. */
  ms(name: string, unitMs: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = Number(text) * unitMs;
    if (!(value >= 0 && value < mostMs)) return this.wrong(name, "a duration", text);
    return Math.round(value * 1e6) / 1e6;
  }

  /**
   * The first of these that is there, as an instant: RFC 3339, or seconds,
   * milliseconds, micro- or nanoseconds since 1970.
   */
  moment(clock: WallClock, ...names: string[]): Moment | null {
    for (const name of names) {
      const text = textOf(this.object.get(name));
      if (text === null) continue;
      return momentOf(text, clock) ?? this.wrong(name, "a date", text);
    }
    return null;
  }

  /** As `moment`, for what no line can be without. */
  needed(clock: WallClock, ...names: string[]): Moment {
    const found = this.moment(clock, ...names);
    if (found === null && this.faults.first === null) {
      this.faults.first = rejected(`member "${this.within}${names[0]}": missing, expected a date`);
    }
    return found ?? { at: 0, resolutionMs: 1 };
  }

  private wrong(name: string, expected: string, got: string): null {
    this.faults.first ??= rejected(
      `member "${this.within}${name}": expected ${expected}, got ${quoted(got)}`,
    );
    return null;
  }
}

/** An instant in any of the ways in which JSON logs write it, or null. */
export function momentOf(text: string, clock: WallClock): Moment | null {
  const date = readIsoDate(text, 0, clock);
  if (date) return date.end === text.length ? date : null;
  const seconds = readEpochSeconds(text);
  if (seconds) return seconds;
  const digits = /^(\d{13}|\d{16}|\d{19})(?:\.\d+)?$/.exec(text);
  const count = digits?.[1]?.length ?? 0;
  if (count === 0) return null;
  const unitMs = count === 13 ? 1 : count === 16 ? 0.001 : 0.000_001;
  return {
    at: Math.round(Number(text) * unitMs * 1000) / 1000,
    resolutionMs: Math.max(unitMs, 0.001),
  };
}

function objectOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}

function textOf(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || nothing.has(value)) return null;
  return value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}
