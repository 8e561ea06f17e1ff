import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

export interface LogFile {
  path: string;
  size: number;
  /** The log that it is a generation of: its path without what rotation added. */
  log: string;
}

/** What rotation puts behind a name: `.1`, `-20261121`, `.2026-11-21T10`, `.gz`. */
const rotation =
  /(?:[.-](\d{1,5}|\d{8,14}|\d{4}-\d{2}-\d{2}(?:[T_-]?\d{2}(?:[:-]?\d{2}){0,2})?))?(?:\.(?:gz|log))*$/;

/**
 * All files of the paths given, folders with what is in them, the oldest
 * generation of each log first: numbers descend, dates ascend, the bare name comes last.
 */
export async function logFiles(paths: readonly string[]): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const path of paths) await gather(path, files);
  const unique = [...new Map(files.map((file) => [file.path, file])).values()];
  return unique.sort((a, b) => a.log.localeCompare(b.log) || ageOf(a.path) - ageOf(b.path));
}

async function gather(path: string, files: LogFile[]): Promise<void> {
  const stats = await stat(path);
  if (stats.isDirectory()) {
    for (const entry of (await readdir(path)).sort())
      if (!entry.startsWith(".")) await gather(join(path, entry), files);
    return;
  }
  if (stats.isFile()) files.push({ path, size: stats.size, log: logOf(path) });
}

function logOf(path: string): string {
  return path.replace(rotation, "");
}

/** Ascends from the oldest to the newest. */
function ageOf(path: string): number {
  const stamp = rotation.exec(basename(path))?.[1];
  if (stamp === undefined) return Number.POSITIVE_INFINITY;
  const digits = stamp.replace(/\D/g, "");
  return digits.length < 8 ? -Number(digits) : Number(digits.padEnd(14, "0"));
}
