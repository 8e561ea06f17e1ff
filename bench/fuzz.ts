/**
 * Feeds each format broken and blown-up lines for some seconds, and tells what
 * it answered wrongly, threw, or took more than 5 ms for:
 *
 * npm run fuzz                60 seconds for each format
 * npm run fuzz 10             10 seconds for each
 * npm run fuzz 60 haproxy     those whose name begins like this
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Hostile } from "@/lib/formats/testing/hostile";
import { faultOf, sampleLines, type Target, targets } from "@/lib/formats/testing/targets";

/** The most that a line of 64 KB may take, on one core. */
const mostMs = 5;

const [secondsGiven = "60", only = "", seedGiven = String(Date.now() % 2 ** 31), single] =
  process.argv.slice(2);
const seconds = Number(secondsGiven);
const all = targets(Date.UTC(2026, 10, 21, 9));

interface Found {
  lines: number;
  slowestMs: number;
  slowest: string;
  wrong: string[];
}

/** The best of several runs, by processor time: other work on the machine is not the parser's. */
function timeOf(target: Target, line: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 6 && best > mostMs / 2; run++) {
    const before = process.cpuUsage();
    target.parse(line);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

function fuzz(target: Target, seed: number): Found {
  const hostile = new Hostile(seed, sampleLines);
  const found: Found = { lines: 0, slowestMs: 0, slowest: "", wrong: [] };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && found.wrong.length < 5) {
    for (let run = 0; run < 200; run++) tryLine(target, hostile.line(), found);
    const long = hostile.long();
    tryLine(target, long, found);
    const ms = timeOf(target, long);
    if (ms > found.slowestMs) {
      found.slowestMs = ms;
      found.slowest = long;
    }
  }
  return found;
}

function tryLine(target: Target, line: string, found: Found): void {
  found.lines++;
  let wrong: string | null;
  try {
    wrong = faultOf(target.parse(line));
  } catch (error) {
    wrong = `threw ${String(error)}`;
  }
  if (wrong !== null) found.wrong.push(`${wrong}\n    ${JSON.stringify(line.slice(0, 1500))}`);
}

/** One format in a process of its own, so that a hang ends and is told. */
function runSingle(target: Target): number {
  const seed = Number(seedGiven);
  const { lines, slowestMs, slowest, wrong } = fuzz(target, seed);
  const isSlow = slowestMs > mostMs;
  const verdict = wrong.length > 0 ? "WRONG" : isSlow ? "SLOW" : "ok";
  console.log(
    `${target.name.slice(0, 56).padEnd(58)}${lines.toLocaleString("en-US").padStart(12)}${slowestMs.toFixed(2).padStart(9)} ms  ${verdict}`,
  );
  for (const each of wrong) console.log(`  ${each}`);
  if (isSlow) {
    console.log(`  ${JSON.stringify(`${slowest.slice(0, 300)} … ${slowest.slice(-100)}`)}`);
  }
  return verdict === "ok" ? 0 : 1;
}

if (single !== undefined) {
  const target = all[Number(single)];
  if (!target) throw new Error(`no target ${single}`);
  process.exit(runSingle(target));
}

console.log(`${"format".padEnd(58)}${"lines".padStart(12)}${"slowest of 64 KB".padStart(18)}`);
let failed = false;
for (const [index, { name }] of all.entries()) {
  if (!name.startsWith(only)) continue;
  const { status, signal } = spawnSync(
    process.execPath,
    [
      "--import",
      "tsx",
      fileURLToPath(import.meta.url),
      secondsGiven,
      only,
      seedGiven,
      String(index),
    ],
    { stdio: "inherit", timeout: seconds * 1000 + 60_000 },
  );
  if (signal !== null) console.log(`${name}: hangs (seed ${seedGiven})`);
  failed ||= status !== 0;
}
console.log(failed ? `seed ${seedGiven}` : "nothing found");
process.exit(failed ? 1 : 0);
