import { describe, expect, it } from "vitest";
import type { SpreadPlace } from "@/lib/schemas/spread";
import { spreadSentence } from "./spread";

function place(name: string, standing: SpreadPlace["standing"], shares: [number, number]) {
  const [bounceShare, requestShare] = shares;
  return {
    name,
    pool: null,
    requests: 1000,
    bounces: Math.round(bounceShare * 100),
    unexplained: 0,
    into: 0,
    bounceShare,
    requestShare,
    standing,
  };
}

const told = (given: Parameters<typeof spreadSentence>[0]) =>
  spreadSentence(given)
    .map(({ text }) => text)
    .join("")
    .trim();

describe("where the trouble lies, in words", () => {
  it("names what stands out and what is spared", () => {
    expect(
      told({
        bounces: 100,
        causes: [],
        balancers: [place("lb-1", "more", [0.9, 0.5]), place("lb-2", "fewer", [0.1, 0.5])],
        nodes: ["web-1", "web-2", "web-3"].map((name) => place(name, "alike", [0.33, 0.33])),
      }),
    ).toBe(
      "lb-1 has 90% of the bounces with 50% of the requests; lb-2 is spared. No node stands out among 3 nodes.",
    );
  });

  it("names a few of many", () => {
    const nodes = Array.from({ length: 6 }, (_, n) => place(`n${n}`, "more", [0.1, 0.05]));
    expect(told({ bounces: 60, causes: [], balancers: [], nodes })).toBe(
      "n0, n1, n2 and 3 more have 60% of the moves away with 30% of the requests.",
    );
  });

  it("tells nodes of one name by their pools", () => {
    const [shop, pay] = ["shop", "pay"].map((pool) => ({
      ...place("app1", pool === "shop" ? "more" : "fewer", [0.5, 0.3]),
      pool,
    }));
    const nodes = [shop, pay, { ...place("app2", "more", [0.2, 0.1]), pool: "shop" }].flatMap(
      (one) => one ?? [],
    );
    expect(told({ bounces: 60, causes: [], balancers: [], nodes })).toBe(
      "app1 of shop and app2 have 70% of the moves away with 40% of the requests; app1 of pay is spared.",
    );
  });

  it("says nothing of one alone, or where nothing bounced", () => {
    const one = [place("a", "only", [1, 1])];
    expect(told({ bounces: 4, causes: [], balancers: one, nodes: one })).toBe("");
    expect(told({ bounces: 0, causes: [], balancers: [], nodes: [] })).toBe("");
  });
});
