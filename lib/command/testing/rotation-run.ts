import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { RotatedLog } from "./rotated-log";
import { Shipper } from "./shipper";

export interface RotationRun {
  /** An empty folder for the log and the command's state. */
  folder: string;
  source: string;
  lines: number;
  /** The same numbers for the same seed, so that a run that failed can be run again. */
  random: () => number;
  /** The line of a number, like no other's. */
  lineOf: (number: number) => string;
  house: { url: string; start(): Promise<void>; stop(): Promise<void> };
  /** How many lines the house has by now. */
  taken: () => number | Promise<number>;
  env?: Record<string, string>;
}

export interface RotationRunResult {
  rename: number;
  copytruncate: number;
  kills: number;
  restarts: number;
  /** How often each line was written. */
  written: Map<string, number>;
  /** What the command said. */
  said: string[];
}

/** Waits until something is so. @throws when it is in vain. */
export async function until(
  met: () => boolean | Promise<boolean>,
  what: string,
  mostMs = 60_000,
): Promise<void> {
  const end = Date.now() + mostMs;
  while (!(await met())) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await wait(20);
  }
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How a set of lines differs from another: lines that are missing, and lines that are there too often. */
export function differences(
  sent: ReadonlyMap<string, number>,
  taken: ReadonlyMap<string, number>,
): { lost: number; twice: number } {
  let lost = 0;
  let twice = 0;
  for (const [text, times] of sent) lost += Math.max(0, times - (taken.get(text) ?? 0));
  for (const [text, times] of taken) twice += Math.max(0, times - (sent.get(text) ?? 0));
  return { lost, twice };
}

/** The arguments by which a run's command is called. */
export function shipArguments(
  run: { folder: string; source: string; house: { url: string } },
  ...files: string[]
): string[] {
  return [
    ...["ship", ...files, "--source", run.source, "--url", run.house.url],
    ...["--state-dir", join(run.folder, "state"), "--interval", "0.05", "--grace", "3"],
  ];
}

/**
 * Writes a log, rotates it by rename and by copytruncate, kills the command that ships it and restarts the server it
 * ships to, all at random moments; and once all is written, ships what is left.
 */
export async function rotationRun(run: RotationRun): Promise<RotationRunResult> {
  const { random, house, lines } = run;
  const log = new RotatedLog(join(run.folder, "access.log"));
  const written = new Map<string, number>();
  const said: string[] = [];
  const figures = { rename: 0, copytruncate: 0, kills: 0, restarts: 0 };
  const ship = (...more: string[]) =>
    new Shipper([...shipArguments(run, log.path), ...more], run.env);
  let shipper = ship();
  let writing = true;
  const state = join(run.folder, "state");
  await until(() => existsSync(state) && readdirSync(state).length > 0, "the first checkpoint");

  const write = async () => {
    let number = 0;
    let reopenIn = -1;
    const pace = lines / 800;
    while (number < lines) {
      let text = "";
      for (let n = 0; n < pace * (0.5 + random()) && number < lines; ) {
        const line = run.lineOf(number);
        // A log that tells time in seconds has equal lines; each of them is a request.
        const times = Math.min(random() < 0.02 ? 3 : 1, lines - number);
        written.set(line, times);
        text += `${line}\n`.repeat(times);
        number += times;
        n += times;
      }
      log.write(text);
      if (reopenIn > 0 && --reopenIn === 0) log.reopen();
      else if (reopenIn <= 0 && random() < 0.015) {
        const how = random() < 0.5 ? "rename" : "copytruncate";
        figures[how] += 1;
        log.rotate(how);
        if (random() < 0.3) log.compress(3);
        if (how === "rename") reopenIn = 1 + Math.floor(random() * 5);
      }
      await wait(10);
    }
    if (reopenIn > 0) log.reopen();
    writing = false;
  };
  const kill = async () => {
    while (writing) {
      await wait(300 + random() * 2500);
      await shipper.kill();
      said.push(shipper.said);
      figures.kills += 1;
      shipper = ship();
    }
  };
  const restart = async () => {
    while (writing) {
      await wait(500 + random() * 2500);
      await house.stop();
      await wait(random() * 300);
      await house.start();
      figures.restarts += 1;
    }
  };
  await Promise.all([write(), kill(), restart()]);
  await until(async () => (await run.taken()) >= lines, "all lines", 60_000).catch(() => undefined);
  await shipper.stop();
  // Whatever it might still think is to be sent.
  const last = ship("--once");
  await last.end();
  log.close();
  said.push(shipper.said, last.said);
  return { ...figures, written, said };
}
