import fc from "fast-check";
import { expect, it } from "vitest";
import { restAfterReview } from "./settler";

it("reviews take a tenth of the time, so that pages have the rest", () => {
  expect(restAfterReview(500)).toBe(4500);
});

it("a correction of causes waits ten seconds at the most, unless reviews would take over a fifth of the time", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 600_000, noNaN: true }), (took) => {
      const rest = restAfterReview(took);
      expect(rest).toBeGreaterThanOrEqual(200);
      expect(took / (took + rest)).toBeLessThanOrEqual(0.2);
      if (took <= 2000) expect(took + rest).toBeLessThanOrEqual(10_000);
    }),
  );
});
