import { isRelative, resolveTime } from "./time-range";
import { formatLocalTime, readLocalTime } from "./times";

/** An end of the range as a person edits it: relative words stay, instants are written in the zone. */
export function entryOf(expression: string, zone: string, now: number): string {
  if (isRelative(expression)) return expression;
  const at = resolveTime(expression, now);
  return at === null ? expression : formatLocalTime(at, zone);
}

/** What was entered, as it goes into the URL; null when it is not a time. */
export function readEntry(text: string, zone: string, now: number): string | null {
  const entry = text.trim();
  if (isRelative(entry)) return resolveTime(entry, now) === null ? null : entry;
  const local = readLocalTime(entry, zone, now);
  const at = local ?? resolveTime(entry, now);
  return at === null ? null : new Date(at).toISOString();
}
