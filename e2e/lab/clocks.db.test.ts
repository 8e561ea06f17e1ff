import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceFrom } from "@/lib/demo/chance";
import { nodes } from "@/lib/reports/nodes";
import { nodesQuery } from "@/lib/schemas/pools";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { Bench } from "./bench";
import { replay } from "./recording";
import type { Play } from "./stage";

const folder = fileURLToPath(new URL("recordings", import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
});

/** The play with the events of its first `count` requests only, as a pool of its own. */
function withShared(play: Play, count: number): Play {
  const shared = new Set(play.truth.requests.slice(0, count).map((request) => request.id));
  expect(shared.size).toBe(count);
  const pool = `${play.truth.pool}-${count}`;
  const text = (value: string) => value.replaceAll(play.truth.pool, pool);
  return {
    ...play,
    sources: play.sources.map((source) => ({
      name: text(source.name),
      definition: { ...source.definition, pool },
      lines: source.lines.map(text),
    })),
    events: play.events.filter((event) => shared.has(event.correlationId ?? "")),
    truth: { ...play.truth, pool },
  };
}

/** What is shown of the play's nodes once all of it came in, in pieces and in no order. */
async function shownNodes(play: Play) {
  const now = Date.parse(play.recordedAt);
  const bench = new Bench(database.pool, () => now);
  await bench.ship(play, chanceFrom(7));
  await bench.close();
  const query = nodesQuery.parse({ pool: play.truth.pool });
  return (await nodes(database.pool, query, now)).items;
}

describe("nodes of a recorded run of real balancers", () => {
  it("shows each app's clock within 50 ms of the truth from 200 shared correlation IDs", async () => {
    const play = withShared(replay(folder, "haproxy-clocks"), 200);
    const shown = await shownNodes(play);
    for (const { name, clockSkewMs } of play.truth.nodes) {
      const offset = shown.find((node) => node.name === name)?.clockOffsetMs ?? Number.NaN;
      expect(Math.abs(offset - clockSkewMs), `${name}: ${offset} ms`).toBeLessThanOrEqual(50);
    }
  });

  it.each(["haproxy-clocks", "nginx-node-away"])(
    "learns every app's name from 50 shared correlation IDs, and no wrong one: %s",
    async (scenario) => {
      const play = withShared(replay(folder, scenario), 50);
      const shown = await shownNodes(play);
      const learned = shown.map((node) =>
        [node.name, ...node.aliases.map((alias) => alias.name)].sort(),
      );
      const truth = play.truth.nodes.map(({ name, names }) =>
        // NGINX knows nodes by their addresses, HAProxy by their names.
        names.filter((one) => one !== (scenario.startsWith("nginx") ? name : names[1])).sort(),
      );
      expect(learned.sort()).toEqual(truth.sort());
    },
  );
});
