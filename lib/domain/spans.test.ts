import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfSpans, grainMs, grainOfStep, grains, segmentsOf, spanStart } from "./spans";

const minute = 60_000;
const moment = fc
  .integer({ min: 0, max: 40 * 1440 })
  .map((n) => Date.UTC(2026, 9, 12) + n * minute);

describe("the segments of a range", () => {
  it("follow each other without a gap, from its beginning to its end, on their own grid", () => {
    fc.assert(
      fc.property(moment, moment, fc.constantFrom(...grains), (a, b, longest) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        let at = from;
        for (const segment of segmentsOf(from, to, longest)) {
          expect(segment.from).toBe(at);
          expect(segment.to).toBeGreaterThan(segment.from);
          expect(segment.grain).toBeLessThanOrEqual(longest);
          expect(spanStart(segment.from, segment.grain)).toBe(segment.from);
          expect((segment.to - segment.from) % grainMs(segment.grain)).toBe(0);
          at = segment.to;
        }
        expect(at).toBe(to);
      }),
    );
  });

  it("hold few spans, however long the range", () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const spans = segmentsOf(from, to).reduce(
          (sum, segment) => sum + (segment.to - segment.from) / grainMs(segment.grain),
          0,
        );
        expect(spans).toBeLessThanOrEqual(2 * (14 + 3 + 23) + 40);
      }),
    );
  });

  it("take the longest spans that fit", () => {
    const from = Date.UTC(2026, 10, 21, 22, 50);
    expect(segmentsOf(from, endOfSpans)).toEqual([
      { grain: 1, from, to: from + 10 * minute },
      { grain: 60, from: from + 10 * minute, to: from + 70 * minute },
      { grain: 1440, from: from + 70 * minute, to: endOfSpans },
    ]);
  });
});

it("a step is made of the longest spans that fit into it", () => {
  expect(grainOfStep(5 * minute)).toBe(1);
  expect(grainOfStep(30 * minute)).toBe(15);
  expect(grainOfStep(6 * 60 * minute)).toBe(60);
  expect(grainOfStep(7 * 1440 * minute)).toBe(1440);
});
