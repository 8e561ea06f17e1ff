import type { Rejected } from "@/lib/domain/facts";

const longest = 60;

export function rejected(reason: string): Rejected {
  return { kind: "rejected", reason };
}

/**
 * What stood in the log, fit to be shown in a reason: at most 60 characters,
 * one line, and with everything hidden that could be a session's key: the
 * value after a `=`, and the rest of a word that is long or mixes letters and digits.
 */
export function quoted(text: string): string {
  let shown = text.length > longest ? text.slice(0, longest) : text;
  shown = shown
    .replace(/=[^;,&\s"]+/g, "=…")
    .replace(/[A-Za-z0-9_%+~-]{7,}/g, (word) => (isOpaque(word) ? `${word.slice(0, 4)}…` : word))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: binary lines are shown without their control bytes
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, "·");
  if (shown.length >= longest || text.length > longest) shown = `${shown.slice(0, longest - 1)}…`;
  return `"${shown}"`;
}

function isOpaque(word: string): boolean {
  if (/^\d{4}-\d\d-\d\dT\d\d$/.test(word)) return false;
  return word.length >= 16 || (/\d/.test(word) && /[A-Za-z]/.test(word));
}

/** The reason for a field that does not read as it should: its name, what belongs there, what stood there. */
export function unexpected(field: string, expected: string, got: string | null): Rejected {
  return rejected(
    got === null || got === ""
      ? `${field}: expected ${expected}, but the line ends there`
      : `${field}: expected ${expected}, got ${quoted(got)}`,
  );
}

/** The word that begins at `from`: up to the next space. */
export function wordAt(line: string, from: number): string {
  const end = line.indexOf(" ", from);
  const stop = end < 0 || end === from ? line.length : end;
  return line.slice(from, Math.min(stop, from + longest + 1));
}
