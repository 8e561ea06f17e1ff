import { readFile, stat } from "node:fs/promises";
import { readRulesFile } from "@/lib/alerts/rules-file";
import { fileRules, keepFileRules } from "@/lib/alerts/stored";
import type { Runtime } from "./runtime";

/** Asking how the file is costs nothing, and works where no file system tells of changes (mounted secrets, network drives). */
const everyMs = 2_000;

/**
 * Keeps the rules of the file as the file has them: read now and whenever it
 * changes. A file that cannot be read as rules leaves those at work that were
 * read before, and its faults are shown; with the file go its rules.
 *
 * @param onRules the rules are others now
 */
export async function watchRulesFile(
  { prisma, config, log }: Runtime,
  onRules: () => void,
): Promise<() => Promise<void>> {
  const { path, named } = config.rulesFile;
  let seen: string | null = null;
  const look = async () => {
    const mark = await markOf(path);
    if (mark === seen) return;
    const known = await fileRules(prisma);
    const readAt = new Date().toISOString();
    if (mark === null) {
      if (known?.path === path) {
        await keepFileRules(prisma, null);
        log.info({ path }, "the rules file is gone, and its rules with it");
        onRules();
      } else if (named && seen === null) log.warn({ path }, "there is no rules file at that place");
    } else {
      const read = readRulesFile(await readFile(path, "utf8"));
      if (read.ok) {
        await keepFileRules(prisma, { path, rules: read.rules, faults: [], readAt });
        log.info({ path, rules: read.rules.length }, "the rules file was read");
      } else {
        const rules = known?.path === path ? known.rules : [];
        await keepFileRules(prisma, { path, rules, faults: read.faults, readAt });
        log.warn({ path, faults: read.faults }, "the rules file cannot be used as it is");
      }
      onRules();
    }
    seen = mark;
  };
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const start = () => {
    if (busy) return;
    busy = true;
    looking = look()
      .catch((error: unknown) => log.error({ err: error, path }, "reading the rules file failed"))
      .finally(() => {
        busy = false;
      });
  };
  start();
  await looking;
  const timer = setInterval(start, everyMs);
  return () => {
    clearInterval(timer);
    return looking;
  };
}

/** What tells one content from another; null where there is no file. */
async function markOf(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
