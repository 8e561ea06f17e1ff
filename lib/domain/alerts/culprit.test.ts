import { describe, expect, it } from "vitest";
import { likelihood, likelihoodReason, likelihoods, likelihoodWord } from "./culprit";
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

  it("may come after what was usual and seemed the first of it, not after it was too much", () => {
    const about = {
      onset: 0,
      cause: "retry",
      subject: "infrastructure",
      where,
      perDay: 2,
    } as const;
    const of = (at: number, crossedAt: number) =>
      likelihoods([change("deploy", at)], { ...about, crossedAt })[0]?.likelihood.value ?? 0;
    expect(likelihoodWord(of(40_000, 60_000))).toBe("likely");
    expect(of(100_000, 60_000)).toBe(0);
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

describe("the changes before an incident", () => {
  const about = {
    onset: 0,
    cause: "failover",
    subject: "infrastructure",
    where,
    perDay: 2,
  } as const;
  const best = (perDay: number, ...suspects: ReturnType<typeof change>[]) =>
    likelihoods(suspects, { ...about, perDay }).sort(
      (a, b) => b.likelihood.value - a.likelihood.value,
    )[0];
  const down = change("node-down", 2_000, { node: "web-2" });

  it("are led by what somebody did, not by the node that went down of it", () => {
    const found = best(2, down, change("deploy", -20_000));
    expect(found?.suspect.kind).toBe("deploy");
    expect(likelihoodWord(found?.likelihood.value ?? 0)).toBe("likely");
    const [symptom] = likelihoods([down, change("deploy", -20_000)], about);
    expect(symptom && likelihoodReason(symptom.likelihood)).toContain("followed another change");
  });

  it("are led by the node that went down where nobody did anything just before", () => {
    expect(best(1, down)?.suspect.kind).toBe("node-down");
    expect(best(2, down, change("deploy", -20 * 60_000))?.suspect.kind).toBe("node-down");
  });

  it("say less where changes come all the time: one is always shortly before", () => {
    const seldom = best(2, change("deploy", -4 * 60_000));
    const often = best(300, change("deploy", -4 * 60_000));
    expect(often?.likelihood.value).toBeLessThan((seldom?.likelihood.value ?? 0) * 0.6);
    expect(often && likelihoodReason(often.likelihood)).toContain("by chance");
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
