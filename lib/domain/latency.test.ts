import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addCounts,
  addCountsText,
  bucketMs,
  bucketPlace,
  latencyBucket,
  quantile,
  quantileOfCounts,
} from "./latency";

describe("latency buckets", () => {
  it("stand for any duration within 2.5 percent", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 3_600_000, noNaN: true }), (ms) => {
        const read = bucketMs(latencyBucket(ms));
        expect(Math.abs(read - ms) / ms).toBeLessThan(0.0255);
      }),
    );
  });

  it("count what took less than half a millisecond as half a millisecond", () => {
    expect(latencyBucket(0)).toBe(latencyBucket(0.5));
    expect(latencyBucket(0.5)).toBe(-15);
    expect(latencyBucket(1)).toBe(0);
  });
});

describe("a quantile", () => {
  const of = (...durations: number[]) =>
    durations.map((ms) => ({ bucket: latencyBucket(ms), n: 1 }));

  it("is absent when nothing was counted, not zero", () => {
    expect(quantile([], 0.95)).toBeNull();
    expect(quantile([{ bucket: 3, n: 0 }], 0.95)).toBeNull();
  });

  it("is the duration of nearest rank", () => {
    const counts = of(...Array.from({ length: 100 }, (_, index) => index + 1));
    expect(quantile(counts, 0.5)).toBeCloseTo(50, -1);
    expect(quantile(counts, 0.95) ?? 0).toBeGreaterThan(92);
    expect(quantile(counts, 0.95) ?? 0).toBeLessThan(98);
    expect(quantile(counts, 1)).toBeCloseTo(100, -1);
  });

  it("does not depend on how the counts were split over minutes and nodes", () => {
    const whole = [{ bucket: 40, n: 10 }];
    const split = [
      { bucket: 40, n: 4 },
      { bucket: 40, n: 6 },
    ];
    expect(quantile(split, 0.5)).toBe(quantile(whole, 0.5));
  });

  it("is the same of histograms as they are stored, added up in any order", () => {
    const durations = fc.array(fc.double({ min: 0, max: 90_000_000, noNaN: true }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(durations, durations, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, q) => {
        const stored = [b, a].map((part) => {
          const counts: number[] = [];
          for (const ms of part) {
            const place = bucketPlace(latencyBucket(ms));
            while (counts.length <= place) counts.push(0);
            counts[place] = (counts[place] ?? 0) + 1;
          }
          return counts;
        });
        const sum: number[] = [];
        for (const counts of stored) addCounts(sum, counts);
        expect(quantileOfCounts(sum, q)).toBe(quantile(of(...a, ...b), q));
      }),
    );
  });

  it("is the same of histograms that come as text, with or without the noughts before their first count", () => {
    const histogram = fc.array(fc.nat({ max: 100_000 }), { maxLength: 130 });
    fc.assert(
      fc.property(
        fc.array(histogram, { maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, q) => {
          const read: number[] = [];
          const added: number[] = [];
          for (const counts of all) {
            addCounts(added, counts);
            const first = counts.findIndex((n) => n > 0);
            if (first > 0) addCountsText(read, counts.slice(first).join(), first);
            else addCountsText(read, `{${counts.join()}}`);
          }
          expect(quantileOfCounts(read, q)).toBe(quantileOfCounts(added, q));
        },
      ),
    );
  });
});
