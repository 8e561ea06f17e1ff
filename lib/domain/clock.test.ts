import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancerOffset, type ClockSample, clockOffset, corrected } from "./clock";

/** A small generator with a seed, so that a failure can be seen again. */
function luck(seed: number) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function samples(
  seed: number,
  n: number,
  offset: number,
  more: { wrong?: number; jitter?: number } = {},
) {
  const random = luck(seed);
  return Array.from({ length: n }, (_, i): ClockSample => {
    const startedAt = 1_000_000 + i * 700;
    const duration = 2 + random() ** 3 * 600;
    const inside = startedAt + duration * (0.1 + 0.8 * random());
    const jitter = (random() - 0.5) * (more.jitter ?? 0);
    const wrong = i < n * (more.wrong ?? 0) ? (random() - 0.5) * 120_000 : 0;
    return { eventAt: inside + offset + jitter + wrong, startedAt, endedAt: startedAt + duration };
  });
}

describe("clockOffset", () => {
  it("is within 50 ms of the truth from 200 shared correlation IDs", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: -30_000, max: 30_000 }),
        (seed, offset) => {
          const found = clockOffset(samples(seed, 200, offset, { jitter: 20 }));
          expect(Math.abs((found?.offsetMs ?? Number.NaN) - offset)).toBeLessThan(50);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is not misled when a fifth of the pairs is wrong", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const found = clockOffset(samples(seed, 200, 12_345, { wrong: 0.2, jitter: 10 }));
        expect(Math.abs((found?.offsetMs ?? Number.NaN) - 12_345)).toBeLessThan(50);
        expect(found?.agreement).toBeLessThan(0.95);
      }),
    );
  });

  it("is about zero for clocks that agree", () => {
    const found = clockOffset(samples(7, 200, 0));
    expect(Math.abs(found?.offsetMs ?? Number.NaN)).toBeLessThan(10);
    expect(found?.jitterMs).toBeLessThan(30);
  });

  it("sees that a clock wavers", () => {
    const steady = clockOffset(samples(7, 300, 500));
    const wavering = clockOffset(samples(7, 300, 500, { jitter: 400 }));
    expect(wavering?.jitterMs ?? 0).toBeGreaterThan((steady?.jitterMs ?? 0) + 20);
  });

  it("is near the truth for a log in whole seconds", () => {
    const coarse = samples(9, 200, 4_000).map((s) => {
      const endedAt = Math.floor((s.endedAt ?? 0) / 1000) * 1000;
      return { ...s, startedAt: endedAt - ((s.endedAt ?? 0) - s.startedAt), endedAt, coarse: true };
    });
    expect(Math.abs((clockOffset(coarse)?.offsetMs ?? 0) - 4_000)).toBeLessThan(700);
  });

  it("says nothing from two samples", () => {
    expect(clockOffset(samples(1, 2, 0))).toBeNull();
  });

  it("does not depend on the order of the samples", () => {
    const some = samples(3, 50, 800, { wrong: 0.1 });
    expect(clockOffset([...some].reverse())).toEqual(clockOffset(some));
  });
});

describe("balancerOffset", () => {
  it("finds how far an inner balancer's clock is ahead of the outer's", () => {
    const random = luck(4);
    const hops = Array.from({ length: 100 }, (_, i) => {
      const startedAt = i * 1000;
      const duration = 5 + random() * 200;
      return {
        outer: { startedAt, endedAt: startedAt + duration },
        inner: { startedAt: startedAt + 1 - 2_500, endedAt: startedAt + duration - 1 - 2_500 },
      };
    });
    expect(Math.abs((balancerOffset(hops)?.offsetMs ?? 0) + 2_500)).toBeLessThan(5);
  });
});

describe("corrected", () => {
  it("takes the offset off an event's time", () => {
    expect(corrected(10_000, { offsetMs: 2_000 })).toBe(8_000);
    expect(corrected(10_000, null)).toBe(10_000);
  });
});
