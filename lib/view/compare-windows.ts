import { resolveRange, type TimeRange } from "./time-range";

/** Two windows as the comparison takes them: `from/to` each. */
export interface Windows {
  before: string;
  after: string;
}

/**
 * A range beside the period of the same length before it. One that follows now
 * stays so (`now-2h/now-1h` beside `now-1h/now`), so that the same question asks
 * for the same later on.
 */
export function withPeriodBefore(range: TimeRange, now: number): Windows {
  const relative = /^now-(\d+)([smhdw])$/.exec(range.from.trim());
  if (relative && range.to.trim() === "now") {
    const [, amount = "", unit = ""] = relative;
    return {
      before: `now-${2 * Number(amount)}${unit}/now-${amount}${unit}`,
      after: `now-${amount}${unit}/now`,
    };
  }
  const { from, to } = resolveRange(range, now) ?? { from: now - 3_600_000, to: now };
  const iso = (at: number) => new Date(at).toISOString();
  return { before: `${iso(2 * from - to)}/${iso(from)}`, after: `${iso(from)}/${iso(to)}` };
}

/** Both ends of `from/to` as they are written; null when it is not of that form. */
export function endsOf(window: string): TimeRange | null {
  const [from, to, more] = window.split("/");
  return from && to && more === undefined ? { from, to } : null;
}

/** Pairs of windows that are asked for often; both follow now. */
export const windowPresets: readonly (Windows & { label: string })[] = [
  { label: "This hour and the one before", before: "now-2h/now-1h", after: "now-1h/now" },
  {
    label: "This hour and the same hour yesterday",
    before: "now-25h/now-24h",
    after: "now-1h/now",
  },
  {
    label: "This hour and the same hour last week",
    before: "now-169h/now-168h",
    after: "now-1h/now",
  },
  { label: "Last 24 hours and the same a week ago", before: "now-8d/now-7d", after: "now-24h/now" },
  { label: "Last 7 days and the 7 before", before: "now-14d/now-7d", after: "now-7d/now" },
];
