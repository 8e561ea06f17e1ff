import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceFrom } from "@/lib/demo/chance";
import { playShop, type ToldLoss, type ToldRequest } from "@/lib/demo/shop";
import { shopPool, shopSources } from "@/lib/demo/sources";
import { shopNodes } from "@/lib/demo/story";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { patience } from "@/lib/store/testing/patience";
import { Bench } from "./bench";
import { judge } from "./judge";
import { scenarioLine, summary } from "./report";
import type { Play } from "./stage";
import { bouncesOf } from "./truth";

const now = Date.UTC(2026, 10, 21, 9, 30);
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
});

/** The whole story, thinly visited, as the lab's plays are kept. */
function playDemoShop(visitorsPerMinute: number): Play {
  const requests: ToldRequest[] = [];
  const losses: ToldLoss[] = [];
  const lines = new Map<string, string[]>();
  const play: Pick<Play, "events" | "changes"> = { events: [], changes: [] };
  const minute = 60_000;
  for (const item of playShop({
    seed: 9,
    now,
    from: now - 180 * minute,
    until: now + 12 * minute,
    visitorsPerMinute,
    witness: {
      request: (request) => requests.push(request),
      loss: (loss) => losses.push(loss),
    },
  })) {
    if (item.kind === "event") play.events.push(item.event);
    else if (item.kind === "change") play.changes.push(item.change);
    else lines.set(item.source, [...(lines.get(item.source) ?? []), item.text]);
  }
  // What had not been written down when the curtain fell is no part of it.
  const written = new Set(
    [...lines.values()]
      .flat()
      .join("\n")
      .replaceAll(/Root=1-(\w{8})-/g, "$1")
      .match(/\b[0-9a-f]{32}\b/g),
  );
  const told = requests.filter((request) => written.has(request.id));
  const because = new Map(told.map((request) => [request.id, request]));
  return {
    scenario: "demo",
    recordedAt: new Date(now).toISOString(),
    sources: Object.entries(shopSources).map(([name, definition]) => ({
      name,
      definition,
      lines: lines.get(name) ?? [],
    })),
    ...play,
    truth: {
      scenario: "demo",
      pool: shopPool,
      requests: told,
      bounces: bouncesOf(told, (move) => {
        const request = because.get(move.request.id);
        return { cause: request?.because ?? "unknown", also: request?.also ?? [] };
      }),
      losses: losses.filter((loss) => written.has(loss.id)),
      nodes: shopNodes.map(({ name, address, host, clockSkewMs }) => ({
        name,
        names: [name, address, host],
        clockSkewMs,
      })),
      sessionKnown: true,
    },
  };
}

describe("the demo's story", () => {
  it(
    "is what the judging finds in its lines and events",
    async () => {
      const play = playDemoShop(2);
      const bench = new Bench(database.pool, () => now + 12 * 60_000);
      expect(await bench.ship(play, chanceFrom(1), 4000)).toEqual([]);
      const score = judge(play.truth, await bench.verdicts(play));
      await bench.close();
      console.log(`${scenarioLine(score)}\n${summary([score])}`);
      expect(score.requests.wrong).toEqual([]);
      expect(score.bounces).toMatchObject({ missed: [], invented: [] });
      expect(score.causes.right / score.causes.judged).toBeGreaterThanOrEqual(0.97);
      expect(score.causes.confidentlyWrong).toBe(0);
      expect(score.losses).toMatchObject({ found: play.truth.losses.length, invented: 0 });
      expect(score.losses.right / score.losses.truth).toBeGreaterThanOrEqual(0.97);
    },
    patience(120_000),
  );
});
