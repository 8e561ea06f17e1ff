const width = 24;

/** One line that says how far it is; `share` is from 0 to 1. */
export function progressLine(share: number, lines: number, path: string, columns: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  const bar = "#".repeat(full) + "-".repeat(width - full);
  const percent = `${Math.floor(Math.min(1, share) * 100)}`.padStart(3);
  const text = `[${bar}] ${percent} %  ${lines.toLocaleString("en")} lines  ${path}`;
  return text.length > columns ? text.slice(0, Math.max(0, columns - 1)) : text;
}

/** Bytes as a person reads them: 1.5 MiB. */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
