import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Repeats } from "@/lib/ingest/repeats";
import type { Clock } from "./clock";
import { FollowedFile } from "./followed-file";
import { Ended, type House, Refused } from "./house";
import { holdAlone } from "./lock";
import { sliceBytes } from "./slice";
import { StdinSpool } from "./stdin-spool";

export interface ShipOptions {
  /** Paths, or `-` for standard input. */
  files: readonly string[];
  source: string;
  stateDir: string;
  /** Sends what is there, and ends. */
  once: boolean;
  intervalMs: number;
  batchBytes?: number;
  graceMs: number;
  spoolBytes: number;
  house: House;
  input: AsyncIterable<Uint8Array>;
  clock: Clock;
  /** When the command was called, epoch ms. */
  calledAt: number;
  say: (message: string) => void;
  until: AbortSignal;
}

export interface Shipped {
  accepted: number;
  duplicates: number;
  rejected: number;
}

/** Something that a person must put right before anything can be shipped. */
export class CannotShip extends Error {
  override name = "CannotShip";
}

const refusedPauseMs = 30_000;

interface Way {
  step(): Promise<boolean>;
  isDone(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * Ships logs until told to end: one delivery at a time, at most `sliceBytes` in
 * memory. What the server refuses (a wrong key, a source whose format it does
 * not know) is told and tried again, as the file keeps the lines; with `once` it ends.
 * @throws Refused with `once`; CannotShip when another process ships one of the files.
 */
export async function ship(options: ShipOptions): Promise<Shipped> {
  const { clock, until, say, once } = options;
  const shipped: Shipped = { accepted: 0, duplicates: 0, rejected: 0 };
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const ways: Way[] = [];
  const locks = [];
  try {
    for (const file of new Set(options.files)) {
      const lock = await holdAlone(options.stateDir, options.source, nameOf(file));
      if (!lock)
        throw new CannotShip(`${file} is shipped by another process with this state folder`);
      locks.push(lock);
      ways.push(await wayOf(file, options, shipped));
    }
    while (!until.aborted) {
      let worked = false;
      let done = true;
      for (const way of ways) {
        try {
          worked = (await way.step()) || worked;
        } catch (error) {
          if (error instanceof Ended) return shipped;
          if (!(error instanceof Refused) || once) throw error;
          say(`${error.message}; trying again every ${refusedPauseMs / 1000} s, nothing is lost`);
          await clock.sleep(refusedPauseMs, until);
          worked = true;
        }
        done = (await way.isDone()) && done;
      }
      if (worked) continue;
      if (done) break;
      await clock.sleep(options.intervalMs, until);
    }
    return shipped;
  } finally {
    for (const way of ways) await way.end();
    for (const lock of locks) lock.close();
  }
}

function nameOf(file: string): string {
  return file === "-" ? file : resolve(file);
}

async function wayOf(file: string, options: ShipOptions, shipped: Shipped): Promise<Way> {
  const { source, stateDir, house, clock, say, until, once } = options;
  const common = {
    source,
    stateDir,
    say,
    now: () => clock.now(),
    calledAt: options.calledAt,
    batchBytes: options.batchBytes ?? sliceBytes,
    graceMs: options.graceMs,
    send: async (body: Buffer, repeats: Repeats) => {
      const receipt = await house.send(source, body, repeats);
      shipped.accepted += receipt.accepted;
      shipped.duplicates += receipt.duplicates;
      shipped.rejected += receipt.rejected;
      const first = receipt.errors[0];
      if (first)
        say(`${receipt.rejected} lines of ${file} were not understood, such as: ${first.reason}`);
    },
  };
  if (file === "-") {
    const spool = new StdinSpool({ ...common, mostBytes: options.spoolBytes, clock, until });
    let failed: unknown = null;
    spool.fill(options.input).catch((error: unknown) => {
      failed = error;
    });
    return {
      step: async () => {
        if (failed) throw failed;
        return await spool.step();
      },
      isDone: () => spool.isDone(),
      end: () => spool.end(),
    };
  }
  const others = new Set(options.files.filter((other) => other !== "-").map(nameOf));
  const followed = await FollowedFile.open({ ...common, path: file, others });
  return {
    step: () => followed.step(once),
    isDone: async () => once,
    end: () => followed.end(),
  };
}
