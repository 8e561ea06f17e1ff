import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CountingHouse, type Mood } from "./testing/counting-house";
import { appendLines, RotatedLog } from "./testing/rotated-log";
import { Shipper } from "./testing/shipper";

const long = process.env.HOPWATCH_LONG === "1";
const runs = long ? 10 : 2;
const linesPerRun = long ? 200_000 : 20_000;
const minutes = 60_000;

let folder: string;
let house: CountingHouse;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hopwatch-ship-"));
  house = new CountingHouse();
  await house.start();
});
afterEach(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The same numbers for the same seed, so that a run that failed can be run again. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function differences(sent: ReadonlyMap<string, number>, taken: ReadonlyMap<string, number>) {
  let lost = 0;
  let twice = 0;
  for (const [text, times] of sent) lost += Math.max(0, times - (taken.get(text) ?? 0));
  for (const [text, times] of taken) twice += Math.max(0, times - (sent.get(text) ?? 0));
  return { lost, twice };
}

const arguments_ = (...files: string[]) => [
  ...["ship", ...files, "--source", "edge", "--url", house.url],
  ...["--state-dir", join(folder, "state"), "--interval", "0.05", "--grace", "3"],
];

async function until(met: () => boolean, what: string, mostMs = 60_000): Promise<void> {
  const end = Date.now() + mostMs;
  while (!met()) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await wait(20);
  }
}

async function oneRun(seed: number) {
  const random = dice(seed);
  const log = new RotatedLog(join(folder, "access.log"));
  const sent = new Map<string, number>();
  const said: string[] = [];
  const figures = { rename: 0, copytruncate: 0, kills: 0, restarts: 0 };
  house.mood = (): Mood => {
    const at = random();
    return at < 0.05 ? "busy" : at < 0.1 ? "cut before" : at < 0.2 ? "cut after" : "fine";
  };
  let shipper = new Shipper(arguments_(log.path));
  let writing = true;
  const state = join(folder, "state");
  await until(() => existsSync(state) && readdirSync(state).length > 0, "the first checkpoint");

  const write = async () => {
    let number = 0;
    let reopenIn = -1;
    const pace = linesPerRun / 800;
    while (number < linesPerRun) {
      let text = "";
      for (let n = 0; n < pace * (0.5 + random()) && number < linesPerRun; ) {
        const line = `10.0.0.${number % 250} - run ${seed} "GET /page/${number}" 200 ${"x".repeat(80)}`;
        // A log that tells time in seconds has equal lines; each of them is a request.
        const times = Math.min(random() < 0.02 ? 3 : 1, linesPerRun - number);
        sent.set(line, times);
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
      shipper = new Shipper(arguments_(log.path));
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
  await until(() => house.lines.size >= linesPerRun, "all lines", 30_000).catch(() => undefined);
  await shipper.stop();
  // Whatever it might still think is to be sent.
  house.mood = () => "fine";
  const last = new Shipper([...arguments_(log.path), "--once"]);
  await last.end();
  log.close();
  said.push(shipper.said, last.said);
  return { ...figures, ...differences(sent, house.counts()), taken: house.lines.size, said };
}

describe("ship, killed at random, with a server that comes and goes", () => {
  it.each(Array.from({ length: runs }, (_, at) => at + 1))(
    `brings each of ${linesPerRun} lines exactly once through rotations (run %i)`,
    async (run) => {
      const result = await oneRun(run * 7919);
      if (long) console.info(JSON.stringify({ ...result, said: undefined }));
      expect(result, result.said.join("--\n")).toMatchObject({
        lost: 0,
        twice: 0,
        taken: linesPerRun,
      });
      expect(result.kills).toBeGreaterThan(0);
    },
    5 * minutes,
  );
});

describe("ship", () => {
  it("sends only what is new when it is started again", async () => {
    const path = join(folder, "a.log");
    appendLines(path, ["one", "two"]);
    await new Shipper([...arguments_(path), "--once"]).end();
    appendLines(path, ["three"]);
    const again = new Shipper([...arguments_(path), "--once"]);
    await again.end();
    expect(again.said).toContain("1 lines accepted, 0 known already");
    expect([...house.lines.values()]).toEqual(["one", "two", "three"]);
  }, 60_000);

  it("counts equal lines each, also where a delivery ends between them", async () => {
    const path = join(folder, "a.log");
    appendLines(path, ["same", "same"]);
    await new Shipper([...arguments_(path), "--once"]).end();
    appendLines(path, ["same"]);
    await new Shipper([...arguments_(path), "--once"]).end();
    expect(house.counts().get("same")).toBe(3);
  }, 60_000);

  it("finds what was rotated twice and compressed while it was not running", async () => {
    const log = new RotatedLog(join(folder, "a.log"));
    log.write("1\n");
    await new Shipper([...arguments_(log.path), "--once"]).end();
    log.write("2\n");
    log.rotate("rename");
    log.reopen();
    log.write("3\n");
    log.rotate("copytruncate");
    log.write("4\n");
    log.compress(2);
    await new Shipper([...arguments_(log.path), "--once"]).end();
    log.close();
    expect([...house.lines.values()].sort()).toEqual(["1", "2", "3", "4"]);
  }, 60_000);

  it("sends standard input, and after a crash what it had read", async () => {
    await house.stop();
    const first = new Shipper(arguments_("-"));
    first.input.write("one\ntwo\n");
    await until(() => first.said.includes("trying again"), "the server is missed");
    await first.kill();
    await house.start();
    const second = new Shipper(arguments_("-"));
    second.input.end("three\n");
    expect(await second.end()).toBe(0);
    expect([...house.lines.values()].sort()).toEqual(["one", "three", "two"]);
  }, 60_000);

  it("refuses to ship a file that another process ships already", async () => {
    const path = join(folder, "a.log");
    appendLines(path, ["one"]);
    const first = new Shipper(arguments_(path));
    await until(() => house.lines.size === 1, "the first line");
    const second = new Shipper(arguments_(path));
    expect(await second.end()).toBe(1);
    expect(second.said).toContain("another process");
    expect(await first.stop()).toBe(0);
  }, 60_000);
});
