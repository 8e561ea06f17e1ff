import { describe, expect, it } from "vitest";
import { Pace } from "./pace";

const start = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

/** When looks end that take so long each, where lines come without an end, ms. */
function looks(workMs: number, forMs: number, age = 3_000): number[] {
  const pace = new Pace();
  const ends: number[] = [];
  for (let now = start + workMs; now < start + forMs; ) {
    ends.push(now);
    now += pace.restAfter(workMs, now - age, now) + workMs;
  }
  return ends;
}

describe("lines that come just now", () => {
  it("are looked at a hundredth of the time where they come steadily", () => {
    const hour = looks(20, 60 * minute);
    expect(hour.length * 20).toBeGreaterThan(0.0095 * 60 * minute);
    expect(hour.length * 20).toBeLessThan(0.0105 * 60 * minute);
  });

  it("are looked at every twelve seconds at least, however long it takes", () => {
    const ends = looks(500, 10 * minute);
    const pauses = ends.slice(1).map((end, n) => end - (ends[n] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(12_500);
  });

  it("are looked at at once, some times, where little was looked at before", () => {
    const pace = new Pace();
    expect(pace.restAfter(2_000, start, start)).toBeLessThanOrEqual(8_000);
    expect(pace.restAfter(130, start, start + 2_000)).toBeLessThan(1_000);
    expect(pace.restAfter(130, start, start + 4_000)).toBeLessThan(5_000);
    expect(pace.restAfter(130, start, start + 9_000)).toBeGreaterThan(5_000);
    expect(pace.restAfter(130, start, start + 10 * minute)).toBeLessThan(1_000);
  });

  it("rest as long as old ones do after looks that take seconds", () => {
    expect(new Pace().restAfter(4_000, start, start)).toBe(16_000);
  });
});

describe("old lines", () => {
  it("are looked at as soon as a fifth of the time allows, and after twenty seconds at the latest", () => {
    const pace = new Pace();
    expect(pace.restAfter(500, start - 60 * minute, start)).toBe(2_000);
    expect(pace.restAfter(30_000, start - 60 * minute, start)).toBe(20_000);
  });

  it("leave what lines of now may take as it is", () => {
    const pace = new Pace();
    for (let n = 0; n < 10; n++) pace.restAfter(500, start - 60 * minute, start);
    expect(pace.restAfter(50, start, start)).toBeLessThan(1_000);
  });
});
