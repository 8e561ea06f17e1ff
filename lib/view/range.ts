import { Problem } from "@/lib/domain/problem";
import { type AbsoluteRange, resolveTime } from "./time-range";

/** Ranges and steps of questions: what `from`, `to` and `step` mean in epoch milliseconds. */

const second = 1000;
export const minuteMs = 60 * second;
const hour = 60 * minuteMs;
const day = 24 * hour;

const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minuteMs),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 30].map((n) => n * day),
];

/**
 * Both ends of a question's range.
 * @throws {Problem} 400 naming the end that is not understood, or that they are the wrong way round.
 */
export function rangeOf(query: { from: string; to: string }, now: number): AbsoluteRange {
  const from = endOf("from", query.from, now);
  const to = endOf("to", query.to, now);
  if (from >= to) {
    throw new Problem(400, "Range is empty", "from must lie before to", {
      errors: [{ path: "from", message: "must lie before to" }],
    });
  }
  return { from, to };
}

/** One end; undefined stays null. @throws {Problem} 400 */
export function optionalEnd(name: string, text: string | undefined, now: number): number | null {
  return text === undefined ? null : endOf(name, text, now);
}

// Beyond these the database's timestamps end, or years of four digits do, also in the period before.
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);

function endOf(name: string, text: string, now: number): number {
  const at = resolveTime(text, now);
  if (at === null || at < earliest || at > latest) {
    const message = "give RFC 3339, epoch milliseconds, now, or now-1h (units s m h d w)";
    throw new Problem(400, "Time not understood", `${name}: ${message}`, {
      errors: [{ path: name, message }],
    });
  }
  return at;
}

/** The smallest round step, of whole minutes, that cuts the range into at most `most` pieces. */
export function stepFor(range: AbsoluteRange, most = 120): number {
  const length = range.to - range.from;
  return (
    steps.find((step) => length / step <= most) ?? Math.ceil(length / most / (30 * day)) * 30 * day
  );
}

const units: Record<string, number> = { s: second, m: minuteMs, h: hour, d: day, w: 7 * day };

/**
 * A step as asked for (`1m`, `5m`, `1h`, milliseconds), rounded up to whole
 * minutes, which is how finely load is counted, and widened where the range
 * would be cut into more than `most` pieces.
 * @throws {Problem} 400 when it cannot be understood.
 */
export function stepOf(text: string | undefined, range: AbsoluteRange, most = 1500): number {
  if (text === undefined || text === "" || text === "auto") return stepFor(range);
  const match = /^(\d{1,12})(ms|[smhdw])?$/.exec(text.trim());
  const ms = match ? Number(match[1]) * (units[match[2] ?? ""] ?? 1) : 0;
  if (!(ms > 0)) {
    const message = "give 1m, 5m, 1h or milliseconds";
    throw new Problem(400, "Step not understood", `step: ${message}`, {
      errors: [{ path: "step", message }],
    });
  }
  const step = Math.ceil(ms / minuteMs) * minuteMs;
  return (range.to - range.from) / step > most ? stepFor(range, most) : step;
}

/** A range cut into steps that lie on round times (UTC); the first and last may reach beyond it. */
export interface Steps {
  /** Epoch ms of the first step's start. */
  start: number;
  step: number;
  count: number;
}

export function cut(range: AbsoluteRange, step: number): Steps {
  const start = Math.floor(range.from / step) * step;
  return { start, step, count: Math.max(1, Math.ceil((range.to - start) / step)) };
}

/** Where the steps begin, in epoch ms. */
export function stepStarts(steps: Steps): number[] {
  return Array.from({ length: steps.count }, (_, index) => steps.start + index * steps.step);
}

/** The range widened to whole minutes: what was counted per minute cannot be told finer. */
export function wholeMinutes(range: AbsoluteRange): AbsoluteRange {
  return {
    from: Math.floor(range.from / minuteMs) * minuteMs,
    to: Math.ceil(range.to / minuteMs) * minuteMs,
  };
}

/** RFC 3339 UTC with milliseconds, or microseconds where the instant has them. */
export function iso(at: number): string {
  const micros = Math.round(at * 1000);
  const ms = Math.floor(micros / 1000);
  const rest = micros - ms * 1000;
  const text = new Date(ms).toISOString();
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, "0")}Z`;
}

/** As `iso`; null stays null. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
