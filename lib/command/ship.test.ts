import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CountingHouse, type Mood } from "./testing/counting-house";
import { appendLines, RotatedLog } from "./testing/rotated-log";
import { dice, differences, rotationRun, shipArguments, until } from "./testing/rotation-run";
import { Shipper } from "./testing/shipper";

// `npm run bench ship` does the same with ten runs of 200,000 lines and a real server.
const runs = 2;
const linesPerRun = 20_000;
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

const arguments_ = (...files: string[]) =>
  shipArguments({ folder, source: "edge", house }, ...files);

async function oneRun(seed: number) {
  const random = dice(seed);
  house.mood = (): Mood => {
    const at = random();
    return at < 0.05 ? "busy" : at < 0.1 ? "cut before" : at < 0.2 ? "cut after" : "fine";
  };
  const { written, ...result } = await rotationRun({
    folder,
    source: "edge",
    lines: linesPerRun,
    random,
    lineOf: (n) => `10.0.0.${n % 250} - run ${seed} "GET /page/${n}" 200 ${"x".repeat(80)}`,
    house,
    taken: () => house.lines.size,
  });
  return { ...result, ...differences(written, house.counts()), taken: house.lines.size };
}

describe("ship, killed at random, with a server that comes and goes", () => {
  it.each(Array.from({ length: runs }, (_, at) => at + 1))(
    `brings each of ${linesPerRun} lines exactly once through rotations (run %i)`,
    async (run) => {
      const result = await oneRun(run * 7919);
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
  }, 180_000);

  it("counts equal lines each, also where a delivery ends between them", async () => {
    const path = join(folder, "a.log");
    appendLines(path, ["same", "same"]);
    await new Shipper([...arguments_(path), "--once"]).end();
    appendLines(path, ["same"]);
    await new Shipper([...arguments_(path), "--once"]).end();
    expect(house.counts().get("same")).toBe(3);
  }, 180_000);

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
  }, 180_000);

  it("reads a compressed generation anew where what was unpacked of it is another's", async () => {
    const log = new RotatedLog(join(folder, "a.log"));
    log.write("1\n2\n");
    await new Shipper([...arguments_(log.path), "--once"]).end();
    log.write("3\n4\n");
    log.rotate("rename");
    log.reopen();
    log.write("5\n");
    log.compress(1);
    const [state = ""] = readdirSync(join(folder, "state")).filter((name) =>
      /^\w+\.json$/.test(name),
    );
    const spool = join(folder, "state", state.replace(".json", "-1.unpacked"));
    writeFileSync(spool, "x\n");
    await new Shipper([...arguments_(log.path), "--once"]).end();
    log.close();
    expect([...house.lines.values()].sort()).toEqual(["1", "2", "3", "4", "5"]);
  }, 180_000);

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
  }, 180_000);

  it("refuses to ship a file that another process ships already", async () => {
    const path = join(folder, "a.log");
    appendLines(path, ["one"]);
    const first = new Shipper(arguments_(path));
    await until(() => house.lines.size === 1, "the first line");
    const second = new Shipper(arguments_(path));
    expect(await second.end()).toBe(1);
    expect(second.said).toContain("another process");
    expect(await first.stop()).toBe(0);
  }, 180_000);
});
