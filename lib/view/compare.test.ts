import { describe, expect, it } from "vitest";
import type { Side } from "@/lib/schemas/compare";
import { changeInWords, compareSides, formatCompared, sideNames, verdictSentence } from "./compare";

const side = (more: Partial<Side>): Side => ({
  pool: "shop",
  from: "2026-11-21T10:00:00.000Z",
  to: "2026-11-21T10:30:00.000Z",
  sessions: 2000,
  severalSessions: 2000,
  affectedSessions: 0,
  continuityRate: 1,
  lostSessions: 0,
  requests: 20_000,
  errors: 0,
  errorRate: 0,
  bounces: 0,
  unexplainedBounces: 0,
  bouncesPer1000: 0,
  bouncesByCause: {},
  p50Ms: 20,
  p95Ms: 180,
  imbalance: 1.02,
  ...more,
});
const of = (metric: string, before: Side, after: Side) => {
  const found = compareSides(before, after, 0.01).find((row) => row.metric === metric);
  if (!found) throw new Error(`no ${metric}`);
  return found;
};

describe("the comparison of two windows", () => {
  it("says by how much continuity got better, and between what", () => {
    const before = side({ affectedSessions: 60, continuityRate: 0.97 });
    const after = side({ affectedSessions: 20, continuityRate: 0.99 });
    const row = of("continuity", before, after);
    expect(row.verdict).toBe("better");
    expect(row.words).toBe("better by 2 points, between 1.1 and 2.9");
    expect(verdictSentence("better", before, after, row.words)).toBe(
      "Continuity got better by 2 points, between 1.1 and 2.9: 97.00% before, 99.00% after.",
    );
  });

  it("calls more bounces worse, as so many in a thousand requests", () => {
    const row = of("bounces", side({ bounces: 20 }), side({ bounces: 200 }));
    expect(row.verdict).toBe("worse");
    expect(row.words).toMatch(/^worse by 9 per 1,000, between 7\.\d and 10\.\d$/);
    expect(row.interval?.difference).toBeCloseTo(0.009, 9);
    expect(row.interval?.low).toBeLessThan(row.interval?.high ?? 0);
  });

  it("tells noise and too little traffic apart", () => {
    expect(of("errors", side({ errors: 40 }), side({ errors: 44 })).words).toMatch(
      /^no more than noise: anything from 0\.11 points worse to 0\.0\d+ better$/,
    );
    const few = side({ severalSessions: 8, sessions: 8 });
    expect(of("continuity", few, side({})).words).toMatch(
      /^not enough traffic: anything from 0\.19 points worse to 32\.\d better$/,
    );
    expect(verdictSentence("not-enough-traffic", few, side({}), "")).toBe(
      "Not enough traffic to tell: 8 sessions of at least two requests before, 2,000 after.",
    );
  });

  it("names the sides by their pools where these differ", () => {
    const before = side({ pool: "shop-a", affectedSessions: 60, continuityRate: 0.97 });
    const after = side({ pool: "shop-b", affectedSessions: 20, continuityRate: 0.99 });
    expect(verdictSentence("better", before, after, "better by 2 points")).toBe(
      "Continuity is better by 2 points: 97.00% in shop-a, 99.00% in shop-b.",
    );
    expect(sideNames({ before, after })).toEqual({ before: "shop-a", after: "shop-b" });
  });

  it("shows latency and imbalance without a test", () => {
    const row = of("p95", side({}), side({ p95Ms: 240 }));
    expect(row).toMatchObject({ verdict: null, words: "not tested", before: 180, after: 240 });
    expect(changeInWords(row)).toBe("+60 ms");
    expect(formatCompared("imbalance", 1.5)).toBe("1.50");
  });
});
