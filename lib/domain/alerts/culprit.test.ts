import { describe, expect, it } from "vitest";
import { likelihood, likelihoodWord } from "./culprit";
import { localise } from "./localise";

const where = { nodes: new Set(["web-2"]), lbs: new Set(["edge-1"]) };
const change = (kind: "deploy" | "config" | "node-down", at: number, more = {}) => ({
  at,
  kind,
  node: null,
  lb: null,
  ...more,
});

describe("the change behind an incident", () => {
  it("is one of a fitting kind, shortly before it", () => {
    const reload = likelihood(change("config", -4_000), 0, "lb-disagreement", "routing", where);
    expect(likelihoodWord(reload)).toBe("likely");
    const deploy = likelihood(
      change("deploy", -7 * 60_000),
      0,
      "lb-disagreement",
      "routing",
      where,
    );
    expect(deploy).toBeLessThan(reload / 2);
    expect(likelihood(change("deploy", -60 * 60_000), 0, null, "routing", where)).toBe(0);
    expect(likelihood(change("deploy", 60_000), 0, null, "routing", where)).toBe(0);
  });

  it("touches the place where the trouble is", () => {
    const here = change("node-down", -2_000, { node: "web-2" });
    const there = change("node-down", -2_000, { node: "web-9" });
    const of = (suspect: typeof here) =>
      likelihood(suspect, 0, "failover", "infrastructure", where);
    expect(likelihoodWord(of(here))).toBe("likely");
    expect(of(there)).toBeLessThan(0.4);
  });
});

describe("the place of an incident", () => {
  it("is where nearly all of it is; the others are fine", () => {
    const places = localise([
      { name: "web-1", bad: 2, requests: 100 },
      { name: "web-2", bad: 95, requests: 100 },
      { name: "web-3", bad: 3, requests: 100 },
    ]);
    expect(places.filter(({ involved }) => involved).map(({ name }) => name)).toEqual(["web-2"]);
  });

  it("is everywhere where it is even, and nowhere without trouble", () => {
    const even = ["a", "b", "c"].map((name) => ({ name, bad: 10, requests: 1 }));
    expect(localise(even).every(({ involved }) => involved)).toBe(true);
    expect(localise([{ name: "a", bad: 0, requests: 9 }])[0]?.involved).toBe(false);
  });
});
