import { expect, it } from "vitest";
import type { Node } from "@/lib/schemas/pools";
import { poolUsages } from "./pool-usage";

function node(pool: string, name: string, given: Partial<Node> = {}): Node {
  return {
    name,
    pool,
    ordinal: 0,
    aliases: [],
    state: "up",
    stateSince: null,
    clockOffsetMs: null,
    clockJitterMs: null,
    clockSamples: 0,
    requestsPerSecond: null,
    share: null,
    lastSeen: null,
    ...given,
  };
}

it("puts the busiest pool first and counts what is not up", () => {
  const usages = poolUsages([
    node("blog", "a", { requestsPerSecond: 1 }),
    node("shop", "a", { requestsPerSecond: 4, state: "down" }),
    node("shop", "b", { requestsPerSecond: 5, state: "drain" }),
    node("quiet", "a"),
  ]);
  expect(
    usages.map(({ pool, requestsPerSecond, down, leaving }) => [
      pool,
      requestsPerSecond,
      down,
      leaving,
    ]),
  ).toEqual([
    ["shop", 9, 1, 1],
    ["blog", 1, 0, 0],
    ["quiet", null, 0, 0],
  ]);
});
