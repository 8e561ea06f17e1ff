import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cameMoreOften, differenceOf, shareOf, wilson } from "./proportions";

describe("Wilson's interval of a share", () => {
  // Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is as published", (hits, of, low, high) => {
    const interval = wilson({ hits, of });
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it("does not exist of nothing", () => {
    expect(wilson({ hits: 0, of: 0 })).toBeNull();
    expect(shareOf({ hits: 0, of: 0 })).toBeNull();
  });
});

describe("Newcombe's interval of a difference", () => {
  // Newcombe, Interval estimation for the difference between independent proportions, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.6, 0.1705, 0.809],
    [6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
    [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
    [0, 10, 0, 20, 0, -0.1611, 0.2775],
    [0, 10, 0, 10, 0, -0.2775, 0.2775],
    [10, 10, 0, 20, 1, 0.6791, 1],
    [10, 10, 0, 10, 1, 0.6075, 1],
  ])("of %i in %i less %i in %i is as published", (hits, of, less, from, by, low, high) => {
    const found = differenceOf({ hits: less, of: from }, { hits, of });
    expect(found?.difference).toBeCloseTo(by, 4);
    expect(found?.low).toBeCloseTo(low, 4);
    expect(found?.high).toBeCloseTo(high, 4);
  });

  it("turns round when the two sides do, and holds the difference", () => {
    const proportion = fc
      .tuple(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([of, share]) => ({ of, hits: Math.floor(of * share) }));
    fc.assert(
      fc.property(proportion, proportion, (before, after) => {
        const there = differenceOf(before, after);
        const back = differenceOf(after, before);
        if (!there || !back) throw new Error("both sides hold something");
        expect(there.low).toBeCloseTo(-back.high, 12);
        expect(there.high).toBeCloseTo(-back.low, 12);
        expect(there.low).toBeLessThanOrEqual(there.difference + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(there.difference - 1e-12);
        expect(there.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(there.high).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it("tells how often chance alone makes as large a difference", () => {
    // z = 2.6502 of 0.8 of 70 against 0.6 of 80.
    expect(differenceOf({ hits: 48, of: 80 }, { hits: 56, of: 70 })?.pValue).toBeCloseTo(
      0.008045,
      6,
    );
    expect(differenceOf({ hits: 50, of: 100 }, { hits: 50, of: 100 })?.pValue).toBe(1);
    expect(differenceOf({ hits: 10, of: 10 }, { hits: 10, of: 10 })?.pValue).toBeNull();
    expect(differenceOf({ hits: 10, of: 1000 }, { hits: 900, of: 1000 })?.pValue).toBeLessThan(
      1e-100,
    );
  });

  it("covers the true difference about as often as it says", () => {
    // Every outcome of 30 and 40 trials at 0.9 and 0.8, weighted by how probable it is.
    const choose = (n: number, k: number) => {
      let result = 1;
      for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
      return result;
    };
    const chance = (n: number, k: number, p: number) => choose(n, k) * p ** k * (1 - p) ** (n - k);
    let covered = 0;
    for (let a = 0; a <= 30; a++)
      for (let b = 0; b <= 40; b++) {
        const found = differenceOf({ hits: b, of: 40 }, { hits: a, of: 30 });
        if (found && found.low <= 0.1 && found.high >= 0.1)
          covered += chance(30, a, 0.9) * chance(40, b, 0.8);
      }
    expect(covered).toBeGreaterThan(0.94);
    expect(covered).toBeLessThan(0.975);
  });
});

describe("coming more often", () => {
  it("is said of a rise beyond chance, not of more traffic", () => {
    expect(cameMoreOften({ count: 10, over: 1000 }, { count: 60, over: 1000 })).toBe(true);
    expect(cameMoreOften({ count: 10, over: 1000 }, { count: 60, over: 6000 })).toBe(false);
    expect(cameMoreOften({ count: 10, over: 1000 }, { count: 14, over: 1000 })).toBe(false);
    expect(cameMoreOften({ count: 0, over: 1000 }, { count: 0, over: 1000 })).toBe(false);
    expect(cameMoreOften({ count: 60, over: 1000 }, { count: 10, over: 1000 })).toBe(false);
  });
});
