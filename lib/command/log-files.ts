import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

export interface LogFile {
  path: string;
  size: number;
  /** The log that it is a generation of: its path without what rotation added. */
  log: string;
}

/** What rotation puts at the end of a name: `.1`, `-20261121`, `.2026-11-21T10`. */
const stamp = /[.-](\d{1,5}|\d{8,14}|\d{4}-\d{2}-\d{2}(?:[T_-]?\d{2}(?:[:-]?\d{2}){0,2})?)$/;

/** The name of the log itself, and what rotation added to it. */
function parted(path: string): { log: string; added: string | null } {
  const bare = path.replace(/\.(?:gz|zst)$/, "");
  const plain = bare.replace(/\.log$/, "");
  const found = stamp.exec(bare) ?? stamp.exec(plain);
  const log = found ? (found.input ?? plain).slice(0, found.index) : plain;
  return { log: log.replace(/\.log$/, ""), added: found?.[1] ?? null };
}

/**
 * All files of the paths given, folders with what is in them, the oldest
 * generation of each log first: numbers descend, dates ascend, the bare name comes last.
 */
export async function logFiles(paths: readonly string[]): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const path of paths) await gather(path, files);
  const unique = [...new Map(files.map((file) => [file.path, file])).values()];
  return unique.sort(
    (a, b) => a.log.localeCompare(b.log) || compared(ageOf(a.path), ageOf(b.path)),
  );
}

async function gather(path: string, files: LogFile[]): Promise<void> {
  const stats = await stat(path);
  if (stats.isDirectory()) {
    for (const entry of (await readdir(path)).sort())
      if (!entry.startsWith(".")) await gather(join(path, entry), files);
    return;
  }
  if (stats.isFile()) files.push({ path, size: stats.size, log: parted(path).log });
}

/** Ascends from the oldest to the newest. */
function ageOf(path: string): number {
  const { added } = parted(basename(path));
  if (added === null) return Number.POSITIVE_INFINITY;
  const digits = added.replace(/\D/g, "");
  return digits.length < 8 ? -Number(digits) : Number(digits.padEnd(14, "0"));
}

function compared(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
