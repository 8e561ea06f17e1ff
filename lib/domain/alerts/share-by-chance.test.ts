import { expect, it } from "vitest";
import { shareByChance } from "./share-by-chance";

it("is the binomial's tail where the usual share is well known", () => {
  // 9 of 10 or more at one in four: 31 / 4^10.
  expect(shareByChance(9, 10, 2.5e6, 1e7, 4)).toBeCloseTo(31 / 4 ** 10, 7);
  expect(shareByChance(2, 10, 2.5e6, 1e7, 4)).toBe(1);
});

it("concludes little from a share of which little is known", () => {
  expect(shareByChance(9, 10, 1, 4, 4)).toBeGreaterThan(1e-3);
  expect(shareByChance(9, 10, 250, 1000, 4)).toBeLessThan(1e-4);
});
