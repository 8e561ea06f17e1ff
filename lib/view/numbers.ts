/** Figures as people read them. Absent is an em dash, never zero. */

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const absent = "–";

/** `2170` as `2,170`. */
export function formatCount(value: number | null | undefined): string {
  return value == null ? absent : whole.format(value);
}

/** Short, for axes: `1200` as `1.2k`. */
export function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trim(value / 1e9)}G`;
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e4) return `${trim(value / 1e3)}k`;
  return size >= 100 || Number.isInteger(value) ? whole.format(value) : trim(value);
}

/** Three significant figures or so: `36.2`, `5.6`, `0.04`, `1,847`. */
export function formatFigure(value: number | null | undefined): string {
  if (value == null) return absent;
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return whole.format(value);
  if (size >= 1) return trim(value);
  return String(Number(value.toPrecision(2)));
}

const rateUnits = [
  { unit: "/s", seconds: 1 },
  { unit: "/min", seconds: 60 },
  { unit: "/h", seconds: 3600 },
] as const;

/** So many a second, or a minute or an hour where that would be a small fraction: `1,847` `/s`, `2.4` `/min`. */
export function rateParts(perSecond: number | null | undefined): { value: string; unit: string } {
  if (perSecond == null) return { value: absent, unit: "" };
  const last = rateUnits[2];
  const { unit, seconds } =
    perSecond === 0
      ? rateUnits[0]
      : (rateUnits.find(({ seconds }) => perSecond * seconds >= 0.1) ?? last);
  return { value: formatFigure(perSecond * seconds), unit };
}

/** The same in one: `1,847 /s`, `2.4 /min`. */
export function formatRate(perSecond: number | null | undefined): string {
  const { value, unit } = rateParts(perSecond);
  return unit === "" ? value : `${value} ${unit}`;
}

/** A share from 0 to 1 as percent. Never rounds up to 100 % or down to 0 % what is not. */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  if (share == null) return absent;
  const percent = share * 100;
  let text = percent.toFixed(digits);
  if (share < 1 && Number(text) === 100) text = cut(percent, digits);
  if (share > 0 && Number(text) === 0) return `<${(10 ** -digits).toFixed(digits)}%`;
  return `${text.replace("-", "−")}%`;
}

/** Milliseconds: `182 ms`, `2.8 s`, `4m 12s`, `3h 5m`, `2d 4h`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms == null) return absent;
  const size = Math.abs(ms);
  if (size < 1000) return `${size < 10 && !Number.isInteger(ms) ? trim(ms) : Math.round(ms)} ms`;
  if (size < 60_000) return `${trim(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (size < 3_600_000) return pair(seconds, 60, "m", "s");
  if (size < 86_400_000) return pair(Math.round(seconds / 60), 60, "h", "m");
  return pair(Math.round(seconds / 3600), 24, "d", "h");
}

/** Bytes with binary steps: `1.5 KiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return absent;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : trim(value)} ${units[unit] ?? "B"}`;
}

/** `1 bounce`, `2 bounces`. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(1)));
}

function cut(value: number, digits: number): string {
  const unit = 10 ** digits;
  return (Math.floor(value * unit) / unit).toFixed(digits);
}

function pair(value: number, base: number, large: string, small: string): string {
  const rest = value % base;
  const first = `${Math.floor(value / base)}${large}`;
  return rest === 0 ? first : `${first} ${rest}${small}`;
}
