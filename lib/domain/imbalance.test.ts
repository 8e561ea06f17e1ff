import { describe, expect, it } from "vitest";
import { imbalanceOf } from "./imbalance";

describe("imbalance", () => {
  it("is none where every node has the same load", () => {
    expect(imbalanceOf([5, 5, 5])).toEqual({ maxOverMean: 1, cv: 0, gini: 0 });
    expect(imbalanceOf([7])).toEqual({ maxOverMean: 1, cv: 0, gini: 0 });
  });

  it("cannot be told where there is no load or no node", () => {
    const unknown = { maxOverMean: null, cv: null, gini: null };
    expect(imbalanceOf([])).toEqual(unknown);
    expect(imbalanceOf([0, 0])).toEqual(unknown);
  });

  it("tells that one of four nodes has everything", () => {
    const all = imbalanceOf([0, 0, 0, 12]);
    expect(all.maxOverMean).toBe(4);
    expect(all.cv).toBeCloseTo(Math.sqrt(3));
    expect(all.gini).toBeCloseTo(0.75);
  });
});
