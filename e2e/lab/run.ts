import { Command } from "commander";
import { chanceFrom } from "@/lib/demo/chance";
import { Hopwatch } from "./hopwatch";
import { judge, type Score, shortfalls } from "./judge";
import { pause } from "./patience";
import { record } from "./recording";
import { passes, scenarioLine, summary } from "./report";
import { scenarios } from "./scenarios";
import { startHopwatch } from "./server";
import { type Play, play } from "./stage";

/*
 * The lab: plays scenarios on real balancers, sends what they logged to a
 * Hopwatch, and prints what is true beside what it says.
 *
 *   npm run lab                       all scenarios
 *   npm run lab -- haproxy-drain      those named
 *   npm run lab -- --record out       plays only, and keeps logs, events and truth
 */
const command = new Command("lab")
  .argument("[scenario...]", "scenarios to run; all when none is named")
  .option("--seed <number>", "what the clients' chances are made from", "7")
  .option("--record <folder>", "keep logs, events and truth there instead of judging")
  .option("--list", "name the scenarios and end")
  .parse();
const options = command.opts<{ seed: string; record?: string; list?: boolean }>();
const unknown = command.args.filter((name) => !scenarios.some((one) => one.name === name));
if (unknown.length > 0) command.error(`no such scenario: ${unknown.join(", ")} (see --list)`);
const chosen = scenarios.filter(
  (one) => command.args.length === 0 || command.args.includes(one.name),
);

if (options.list) {
  for (const scenario of scenarios) console.log(`${scenario.name.padEnd(28)} ${scenario.about}`);
  process.exit(0);
}

const seed = Number(options.seed);
if (options.record) {
  for (const scenario of chosen) {
    const done = await play(scenario, seed);
    record(options.record, done);
    console.log(`${scenario.name}: ${done.truth.requests.length} requests kept`);
  }
  process.exit(0);
}

const { HOPWATCH_URL, HOPWATCH_INGEST_KEY } = process.env;
const settleLimitMs = 15_000;

/** The score once bounces are reviewed: what came late may change the word on what came before. */
async function settledScore(hopwatch: Hopwatch, done: Play): Promise<Score> {
  const limit = performance.now() + settleLimitMs;
  for (;;) {
    const score = judge(done.truth, await hopwatch.verdicts(done));
    const isRight = shortfalls(score).length === 0 && score.causes.wrong.length === 0;
    if (isRight || performance.now() > limit) return score;
    await pause(1_000);
  }
}

const server = HOPWATCH_URL
  ? { url: HOPWATCH_URL, key: HOPWATCH_INGEST_KEY ?? "", stop: async () => {} }
  : await startHopwatch();
const scores: Score[] = [];
try {
  const hopwatch = new Hopwatch(server.url, server.key);
  for (const scenario of chosen) {
    const done = await play(scenario, seed);
    await hopwatch.ship(done, chanceFrom(seed));
    const score = await settledScore(hopwatch, done);
    scores.push(score);
    console.log(scenarioLine(score));
  }
} finally {
  await server.stop();
}
console.log(`\n${summary(scores)}`);
process.exit(passes(scores) ? 0 : 1);
