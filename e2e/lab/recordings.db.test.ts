import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceFrom } from "@/lib/demo/chance";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Bench } from "./bench";
import { judge, type Score } from "./judge";
import { recorded, replay } from "./recording";
import { passes, summary } from "./report";

const folder = fileURLToPath(new URL("recordings", import.meta.url));

let database: TestDatabase;
const scores: Score[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  console.log(summary(scores));
  await database.close();
});

describe("a recorded run of real balancers, sent in pieces and in no order", () => {
  it.each(recorded(folder))("is understood as it truly was: %s", async (scenario) => {
    const play = replay(folder, scenario);
    const bench = new Bench(database.pool, () => Date.parse(play.recordedAt));
    const rejected = await bench.ship(play, chanceFrom(scenario.length));
    expect(rejected.filter((line) => !line.includes("<BADREQ>"))).toEqual([]);
    const score = judge(play.truth, await bench.verdicts(play));
    await bench.close();
    scores.push(score);
    expect(score.requests.wrong).toEqual([]);
    expect(score.bounces.missed).toEqual([]);
    expect(score.bounces.invented).toEqual([]);
    expect(score.causes.wrong).toEqual([]);
    expect(score.losses).toMatchObject({ found: play.truth.losses.length, invented: 0, wrong: [] });
  });

  it("meets the bars over all scenarios", () => {
    expect(passes(scores), summary(scores)).toBe(true);
  });
});
