import { readdirSync, readFileSync } from "node:fs";

/*
 * Processor time of processes, from Linux' /proc. On a machine that others use too it tells what work costs, where the
 * clock on the wall tells how long it had to wait.
 */

const ticksPerSecond = 100;

/** The fields of /proc/…/stat from the third on; none when the process is gone. */
function stat(pid: number | string): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text
      .slice(text.lastIndexOf(")") + 4)
      .split(" ")
      .map(Number);
  } catch {
    return [];
  }
}

/** Seconds that a process, all its threads, worked so far. */
export function secondsOf(pid: number): number {
  const fields = stat(pid);
  return ((fields[10] ?? 0) + (fields[11] ?? 0)) / ticksPerSecond;
}

/** Seconds that a process and its children worked so far, those that ended included. */
export function secondsOfFamily(parent: number): number {
  const own = stat(parent);
  let ticks = (own[10] ?? 0) + (own[11] ?? 0) + (own[12] ?? 0) + (own[13] ?? 0);
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = stat(name);
    if (fields[0] === parent) ticks += (fields[10] ?? 0) + (fields[11] ?? 0);
  }
  return ticks / ticksPerSecond;
}

/** Megabytes of memory that a process holds. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
