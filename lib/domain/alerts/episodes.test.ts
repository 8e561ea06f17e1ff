import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { episodesOf, type Point, type Timing } from "./episodes";

const step = 15_000;
const timing: Timing = { forMs: 30_000, clearBelow: 0.5, clearForMs: 60_000 };

function course(levels: (number | null)[]): Point[] {
  return levels.map((level, index) => ({ at: index * step, level, value: (level ?? 0) * 10 }));
}

describe("a measure", () => {
  it("that is too much for too short a time raises nothing", () => {
    expect(episodesOf(course([0, 2, 2, 0, 0, 2, 0]), timing)).toEqual([]);
  });

  it("fires once it has been too much for long enough, and says since when", () => {
    const [episode] = episodesOf(course([0, 2, 3, 2, 2]), timing);
    expect(episode).toEqual({
      since: step,
      firedAt: 3 * step,
      endedAt: null,
      peak: 30,
      last: 20,
    });
  });

  it("that trembles around its threshold is one episode, ended when it has been low for long enough", () => {
    const levels = [2, 2, 2, 0.8, 1.2, 0.7, 1.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    const episodes = episodesOf(course(levels), timing);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ since: 0, endedAt: 9 * step });
  });

  it("of which nothing can be said stays as it was", () => {
    const [episode] = episodesOf(course([2, 2, 2, null, null, null, null, null, null]), timing);
    expect(episode?.endedAt).toBeNull();
    expect(episodesOf(course([null, null, null]), timing)).toEqual([]);
  });
});

describe("episodes", () => {
  const levels = fc.array(fc.option(fc.double({ min: 0, max: 3, noNaN: true })), { maxLength: 80 });

  it("follow one another, fire within their time, and only the last may go on", () => {
    fc.assert(
      fc.property(levels, fc.nat(4), fc.nat(6), (given, wait, clear) => {
        const own = { forMs: wait * step, clearBelow: 0.5, clearForMs: clear * step };
        const found = episodesOf(course(given), own);
        let end = Number.NEGATIVE_INFINITY;
        found.forEach(({ since, firedAt, endedAt }, index) => {
          expect(since).toBeGreaterThanOrEqual(end);
          if (firedAt !== null) expect(firedAt - since).toBeGreaterThanOrEqual(own.forMs);
          if (index < found.length - 1) expect(endedAt).not.toBeNull();
          if (endedAt !== null) expect(endedAt).toBeGreaterThanOrEqual(firedAt ?? since);
          end = endedAt ?? end;
        });
      }),
    );
  });

  it("that ended stay the same when more is known of what came after", () => {
    fc.assert(
      fc.property(levels, levels, (before, after) => {
        const known = episodesOf(course(before), timing).filter((found) => found.endedAt !== null);
        const later = episodesOf(course([...before, ...after]), timing);
        expect(later.slice(0, known.length)).toEqual(known);
      }),
    );
  });
});
