import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, it } from "vitest";
import { chanceFrom } from "@/lib/demo/chance";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Bench } from "./bench";
import { judge, type Score } from "./judge";
import { recorded, replay } from "./recording";
import { summary } from "./report";

const folder = fileURLToPath(new URL("recordings", import.meta.url));
let database: TestDatabase;
const variants = (process.env.VARIANTS ?? "undeclared").split(",");
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
});
describe.each(variants)("%s", (variant) => {
  const scores: Score[] = [];
  afterAll(() => console.log(`== ${variant}\n${summary(scores)}`));
  it.each(recorded(folder))("%s", async (scenario) => {
    const play = replay(folder, scenario);
    const tag = `-${variant}`;
    for (const s of play.sources) {
      s.name += tag;
      if (variant !== "plain") delete s.definition.affinity;
      if (variant === "nostates")
        s.lines = s.lines.filter((l: string) => !/Server \S+ is /.test(l));
    }
    if (variant === "nostates") play.changes = [];
    for (const b of play.truth.bounces) delete b.also;
    const bench = new Bench(database.pool, () => Date.parse(play.recordedAt));
    await bench.ship(play, chanceFrom(scenario.length));
    const verdicts = await bench.verdicts(play);
    const score = judge(play.truth, verdicts);
    await bench.close();
    scores.push(score);
    if (
      score.causes.wrong.length ||
      score.bounces.missed.length ||
      score.bounces.invented.length ||
      score.losses.wrong.length ||
      score.returns.right < score.returns.truth
    )
      console.log(
        `${variant} ${scenario}: right ${score.causes.right}/${score.causes.judged} returns ${score.returns.right}/${score.returns.truth}\n  ${[...score.causes.wrong, ...score.bounces.missed, ...score.bounces.invented, ...score.losses.wrong].slice(0, 6).join("\n  ")}`,
      );
    if (score.returns.right < score.returns.truth)
      for (const b of play.truth.bounces) {
        const f = verdicts.get(b.session)?.bounces.find((x) => x.correlationId === b.id);
        if (b.isReturn !== undefined && f?.isReturn !== b.isReturn)
          console.log(
            `   RETURN ${b.session.slice(0, 8)} ${b.from}→${b.to} truly ${b.isReturn} said ${f?.isReturn} ${f?.cause}; all: ${verdicts
              .get(b.session)
              ?.bounces.map((x) => `${x.from}→${x.to}${x.isReturn ? "*" : ""}`)
              .join(" ")}`,
          );
      }
  });
});
