import fc from "fast-check";
import { expect, it } from "vitest";
import { Course, distinctWithin, gridOf, minuteMs, type RepeatMark } from "./grid";

it("different sessions in every window are counted as if each window were counted by itself", () => {
  const marks = fc.array(fc.record({ session: fc.nat(5), minute: fc.nat(29) }), { maxLength: 60 });
  fc.assert(
    fc.property(marks, fc.integer({ min: 1, max: 40 }), (given, window) => {
      const grid = gridOf(0, 30 * minuteMs, minuteMs);
      const bySession = new Map<number, Set<number>>();
      for (const { session, minute } of given)
        bySession.set(session, (bySession.get(session) ?? new Set()).add(minute));
      const rows: RepeatMark[] = [...bySession.values()].flatMap((minutes) =>
        [...minutes]
          .sort((a, b) => a - b)
          .map((minute, index, all) => {
            const before = all[index - 1];
            return {
              at: minute * minuteMs,
              gap: before === undefined ? null : minute - before,
              n: 1,
            };
          }),
      );
      const found = distinctWithin(grid, rows, window);
      for (let place = 0; place < grid.count; place++) {
        const seen = [...bySession.values()].filter((minutes) =>
          [...minutes].some((minute) => minute <= place && minute > place - window),
        );
        expect(found[place]).toBe(seen.length);
      }
    }),
  );
});

it("a window's sum is that of its steps, also where it begins before the first", () => {
  const grid = gridOf(7_000, 60_000, 15_000);
  expect(grid).toEqual({ start: 0, step: 15_000, count: 4 });
  const course = Course.of(grid, [
    { at: 1, n: 2 },
    { at: 15_000, n: 3 },
    { at: 59_999, n: 5 },
    { at: 60_000, n: 100 },
  ]);
  expect([0, 1, 2, 3].map((place) => course.within(place, 2))).toEqual([2, 5, 3, 5]);
});
