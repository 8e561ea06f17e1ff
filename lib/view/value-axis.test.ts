import { describe, expect, it } from "vitest";
import type { ChartRow } from "./overview";
import { valueAxis } from "./value-axis";

function row(values: Record<string, number | null>, previous: number | null = null): ChartRow {
  return { at: 0, silent: false, values, previous };
}

describe("the value axis", () => {
  it("counts bars from zero to a round number above the highest pile", () => {
    const axis = valueAxis([row({ a: 20, b: 17 }), row({ a: 3, b: null })], ["a", "b"], "bars");
    expect(axis).toEqual({ low: 0, high: 40, ticks: [0, 10, 20, 30, 40] });
  });

  it("has whole numbers only where bars are few", () => {
    expect(valueAxis([row({ a: 1 })], ["a"], "bars").ticks).toEqual([0, 1]);
    expect(valueAxis([row({ a: 7 })], ["a"], "bars").ticks).toEqual([0, 2, 4, 6, 8]);
    expect(valueAxis([row({ a: 10 })], ["a"], "bars").ticks).toEqual([0, 3, 6, 9, 12]);
  });

  it("leaves room for the period before", () => {
    expect(valueAxis([row({ a: 7 }, 90)], ["a"], "bars").high).toBeGreaterThanOrEqual(90);
  });

  it("begins a line at the round number below its least value", () => {
    const axis = valueAxis([row({ value: 0.9731 }), row({ value: 0.9996 })], ["value"], "line");
    expect(axis.low).toBe(0.97);
    expect(axis.high).toBe(1);
    expect(axis.ticks.length).toBeLessThanOrEqual(5);
    expect(axis.ticks).toContain(0.99);
  });

  it("draws a line that never moves from zero", () => {
    expect(valueAxis([row({ value: 1 }), row({ value: 1 })], ["value"], "line")).toMatchObject({
      low: 0,
      high: 1,
    });
  });

  it("stands where nothing was counted and where nothing was received", () => {
    expect(valueAxis([row({ a: 0 })], ["a"], "bars").ticks).toEqual([0, 1]);
    expect(valueAxis([row({ value: null })], ["value"], "line").ticks).toEqual([0, 1]);
    expect(valueAxis([], ["a"], "bars").ticks).toEqual([0, 1]);
  });

  it("runs to one where shares are drawn", () => {
    expect(valueAxis([row({ a: 9 })], ["a"], "share")).toMatchObject({ low: 0, high: 1 });
  });

  it("holds every value, whatever its size", () => {
    for (const size of [1e-6, 0.003, 0.7, 1, 13, 480, 99_999, 7.3e8]) {
      const { low, high, ticks } = valueAxis(
        [row({ value: size }), row({ value: size * 1.37 })],
        ["value"],
        "line",
      );
      expect(low).toBeLessThanOrEqual(size);
      expect(high).toBeGreaterThanOrEqual(size * 1.37 * (1 - 1e-9));
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });
});
