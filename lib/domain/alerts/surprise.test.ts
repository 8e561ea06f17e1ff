import fc from "fast-check";
import { expect, it } from "vitest";
import { surprise } from "./surprise";

it("three marks in a minute are news after a quiet hour, and none after an hour of one a minute", () => {
  expect(surprise(3, 0, 60)).toBeLessThan(2e-6);
  expect(surprise(2, 0, 60)).toBeGreaterThan(2e-5);
  expect(surprise(3, 60, 60)).toBeGreaterThan(0.05);
});

it("is what the terms of the distribution add up to", () => {
  // One mark or more: 1 - (ratio / (ratio + 1)) ** (seen + 1/2).
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 1, max: 500 }), (seen, ratio) => {
      const known = 1 - (ratio / (ratio + 1)) ** (seen + 0.5);
      if ((seen + 0.5) / ratio < 1) expect(surprise(1, seen, ratio)).toBeCloseTo(known, 5);
    }),
  );
});

it("falls as more marks come, and rises with what was usual before", () => {
  const count = fc.integer({ min: 1, max: 2000 });
  fc.assert(
    fc.property(count, fc.nat(5000), fc.integer({ min: 1, max: 300 }), (marks, seen, ratio) => {
      const chance = surprise(marks, seen, ratio);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      expect(surprise(marks + 1, seen, ratio)).toBeLessThanOrEqual(chance * (1 + 1e-5));
      expect(surprise(marks, seen + 1, ratio)).toBeGreaterThanOrEqual(chance * (1 - 1e-5));
    }),
  );
});
