import { describe, expect, it } from "vitest";
import { chartShapes } from "./chart-shapes";
import type { ChartRow } from "./overview";

const axis = { low: 0, high: 10, ticks: [0, 5, 10] };

function rowsOf(values: Record<string, number | null>[], previous: (number | null)[] = []) {
  return values.map(
    (one, index): ChartRow => ({
      at: index,
      silent: false,
      values: one,
      previous: previous[index] ?? null,
    }),
  );
}

describe("a chart as paths", () => {
  it("piles bars on each other", () => {
    const { series } = chartShapes(rowsOf([{ a: 2, b: 3 }]), ["a", "b"], "bars", axis, 0);
    expect(series.map(({ fill }) => fill)).toEqual(["M0 1000V800H1V1000Z", "M0 800V500H1V800Z"]);
  });

  it("draws nothing for zero and for what was not received", () => {
    const { series } = chartShapes(rowsOf([{ a: 0 }, { a: null }]), ["a"], "bars", axis, 0);
    expect(series[0]?.fill).toBe("");
  });

  it("leaves a gap between bars", () => {
    const { series } = chartShapes(rowsOf([{ a: 10 }, { a: 10 }]), ["a"], "bars", axis, 0.1);
    expect(series[0]?.fill).toBe("M0.1 1000V0H0.9V1000ZM1.1 1000V0H1.9V1000Z");
  });

  it("fills the whole height where shares are drawn", () => {
    const share = { low: 0, high: 1, ticks: [0, 1] };
    const { series, previous } = chartShapes(
      rowsOf([{ a: 1, b: 3 }], [9]),
      ["a", "b"],
      "share",
      share,
      0,
    );
    expect(series.map(({ fill }) => fill)).toEqual(["M0 1000V750H1V1000Z", "M0 750V0H1V750Z"]);
    expect(previous).toBe("");
  });

  it("breaks a line where nothing was received, and keeps a lone value as a point", () => {
    const { series } = chartShapes(
      rowsOf([{ v: 5 }, { v: 10 }, { v: null }, { v: 5 }]),
      ["v"],
      "line",
      axis,
      0,
    );
    expect(series[0]?.line).toBe("M0.5 500L1.5 0M3.5 500h0");
  });

  it("steps through the period before", () => {
    const { previous } = chartShapes(
      rowsOf([{ a: 1 }, { a: 1 }, { a: 1 }], [5, 10, null]),
      ["a"],
      "bars",
      axis,
      0,
    );
    expect(previous).toBe("M0.5 500H1V0H1.5");
  });
});
