/** The range that a page shows, as written in the URL: `now-1h`, RFC 3339 or epoch milliseconds. */

export interface TimeRange {
  from: string;
  to: string;
}

export interface AbsoluteRange {
  from: number;
  to: number;
}

export const defaultRange: TimeRange = { from: "now-1h", to: "now" };

export const rangePresets = [
  { from: "now-5m", label: "Last 5 minutes" },
  { from: "now-15m", label: "Last 15 minutes" },
  { from: "now-30m", label: "Last 30 minutes" },
  { from: "now-1h", label: "Last 1 hour" },
  { from: "now-3h", label: "Last 3 hours" },
  { from: "now-6h", label: "Last 6 hours" },
  { from: "now-12h", label: "Last 12 hours" },
  { from: "now-24h", label: "Last 24 hours" },
  { from: "now-7d", label: "Last 7 days" },
] as const;

const units: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Epoch ms of one end of a range; null when it cannot be understood. */
export function resolveTime(expression: string, now: number): number | null {
  const text = expression.trim();
  if (text === "now") return now;
  const relative = /^now([+-])(\d+)([smhdw])$/.exec(text);
  if (relative) {
    const [, sign, amount, unit] = relative;
    const distance = Number(amount) * (units[unit ?? ""] ?? 0);
    return sign === "-" ? now - distance : now + distance;
  }
  if (/^\d{10,}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** Both ends; null when one is not understood or they are the wrong way round. */
export function resolveRange(range: TimeRange, now: number): AbsoluteRange | null {
  const from = resolveTime(range.from, now);
  const to = resolveTime(range.to, now);
  return from === null || to === null || from >= to ? null : { from, to };
}

export function isRelative(expression: string): boolean {
  return expression.trim().startsWith("now");
}

/** True when the range ends at the present moment, so that live data moves it. */
export function followsNow(range: TimeRange): boolean {
  return range.to.trim() === "now";
}

export function absoluteRange(from: number, to: number): TimeRange {
  return {
    from: new Date(Math.round(from)).toISOString(),
    to: new Date(Math.round(to)).toISOString(),
  };
}

/** Relative ends made absolute, so that a pasted link opens what was seen. */
export function pinRange(range: TimeRange, now: number): TimeRange {
  const resolved = resolveRange(range, now);
  return resolved ? absoluteRange(resolved.from, resolved.to) : range;
}

/** `Last 1 hour` for a range that ends now; null for one with fixed ends. */
export function nameRange(range: TimeRange): string | null {
  if (!followsNow(range)) return null;
  const preset = rangePresets.find((candidate) => candidate.from === range.from.trim());
  if (preset) return preset.label;
  const relative = /^now-(\d+)([smhdw])$/.exec(range.from.trim());
  if (!relative) return null;
  const [, amount = "", unit = ""] = relative;
  const word = { s: "second", m: "minute", h: "hour", d: "day", w: "week" }[unit] ?? unit;
  return `Last ${amount} ${word}${amount === "1" ? "" : "s"}`;
}

/** The words for the range within a sentence: `this hour`, `in the last 6 hours`, `in this range`. */
export function rangeInWords(range: TimeRange): string {
  if (!followsNow(range)) return "in this range";
  if (range.from.trim() === "now-1h") return "this hour";
  const name = nameRange(range);
  return name ? `in the ${name.charAt(0).toLowerCase()}${name.slice(1)}` : "in this range";
}

/** The period of the same length before (`-1`) or after (`1`). */
export function shiftRange(range: TimeRange, by: -1 | 1, now: number): TimeRange {
  const resolved = resolveRange(range, now);
  if (!resolved) return range;
  const length = resolved.to - resolved.from;
  const from = resolved.from + by * length;
  const to = resolved.to + by * length;
  if (by === 1 && to >= now && length >= 1000) return relativeOf(length) ?? absoluteRange(from, to);
  return absoluteRange(from, to);
}

/** Twice the length about the same middle, not beyond the present. */
export function widenRange(range: TimeRange, now: number): TimeRange {
  const resolved = resolveRange(range, now);
  if (!resolved) return range;
  const half = (resolved.to - resolved.from) / 2;
  return absoluteRange(resolved.from - half, Math.min(resolved.to + half, now));
}

/** `now-…` of a length that a preset has. */
function relativeOf(length: number): TimeRange | null {
  const preset = rangePresets.find((candidate) => {
    const start = resolveTime(candidate.from, 0);
    return start !== null && Math.abs(-start - length) < 1000;
  });
  return preset ? { from: preset.from, to: "now" } : null;
}
