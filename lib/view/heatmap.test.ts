import { describe, expect, it } from "vitest";
import type { Heatmap } from "@/lib/schemas/heatmap";
import {
  cellName,
  cellOf,
  columnImbalance,
  formatMetric,
  heatScale,
  moveCell,
  poolMean,
  shortMetric,
} from "./heatmap";
import { hexOf, oklab, rampOf } from "./heatmap-colour";

const times = [0, 60_000, 120_000].map((ms) => new Date(ms).toISOString());

function map(metric: Heatmap["metric"], values: (number | null)[][]): Heatmap {
  return {
    metric,
    step: 60_000,
    times,
    nodes: values.map((_, index) => `web-0${index + 1}`),
    values,
    imbalance: { maxOverMean: null, cv: null, gini: null },
  };
}

describe("a heatmap's scale", () => {
  it("runs from zero to the greatest value, latency from its least", () => {
    const requests = heatScale(map("requests", [[0, 50, 100]]), "linear");
    expect([0, 50, 100].map(requests.place)).toEqual([0, 0.5, 1]);
    const latency = heatScale(map("p95", [[100, 150, 200]]), "linear");
    expect([100, 150, 200].map(latency.place)).toEqual([0, 0.5, 1]);
  });

  it("draws small values apart on a logarithmic scale", () => {
    const log = heatScale(map("requests", [[1, 10, 1000]]), "log");
    expect(log.place(10)).toBeGreaterThan(0.3);
    expect(log.place(1000)).toBeCloseTo(1);
    expect(log.place(0)).toBe(0);
  });

  it("has the fair share in its middle, and a node without traffic takes no share", () => {
    const share = heatScale(
      map("share", [
        [0.5, 0.5, 0.4],
        [0.5, 0.5, 0.6],
        [null, null, null],
      ]),
      "linear",
    );
    expect(share.middle).toBe(0.5);
    expect(share.place(0.5)).toBe(0.5);
    expect(share.place(0.6)).toBe(1);
    expect(share.place(0.4)).toBe(0);
  });

  it("stands even where there is nothing at all", () => {
    expect(heatScale(map("errors", [[null, null, null]]), "log").place(0)).toBe(0);
  });
});

describe("values in words", () => {
  it("tells requests a second, shares in percent, and no traffic as such", () => {
    expect(formatMetric("requests", 32_280, 60_000)).toBe("538 /s");
    expect(formatMetric("share", 0.287, 60_000)).toBe("28.7%");
    expect(formatMetric("p95", null, 60_000)).toBe("no traffic");
    expect(formatMetric("bouncesIn", 0, 60_000)).toBe("0");
    expect(shortMetric("errors", 0.013, 60_000)).toBe("1.3");
    expect(shortMetric("p95", null, 60_000)).toBe("–");
  });
});

describe("imbalance over time", () => {
  it("leaves nodes without traffic out and names the busiest", () => {
    const found = columnImbalance(
      map("requests", [
        [10, 10, null],
        [10, 30, null],
      ]),
    );
    expect(found.maxOverMean).toEqual([1, 1.5, null]);
    expect(found.busiest).toBe("web-02");
    expect(found.busiestShare).toBeCloseTo(2 / 3);
  });

  it("means over the nodes that had traffic", () => {
    expect(
      poolMean(
        map("p95", [
          [100, null, null],
          [200, null, null],
        ]),
        0,
      ),
    ).toBe(150);
    expect(poolMean(map("p95", [[100, null, null]]), 1)).toBeNull();
  });
});

describe("a cell", () => {
  const requests = map("requests", [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  it("is found again by the name that it has in the URL", () => {
    const cell = { node: 1, column: 2 };
    expect(cellName(cell, requests)).toBe("web-02@120000");
    expect(cellOf("web-02@120000", requests)).toEqual(cell);
    expect(cellOf("web-09@120000", requests)).toBeNull();
    expect(cellOf("nonsense", requests)).toBeNull();
  });

  it("moves with the arrow keys and stops at the edges", () => {
    expect(moveCell({ node: 0, column: 0 }, "ArrowUp", requests)).toEqual({ node: 0, column: 0 });
    expect(moveCell({ node: 0, column: 0 }, "ArrowRight", requests)).toEqual({
      node: 0,
      column: 1,
    });
    expect(moveCell({ node: 0, column: 1 }, "End", requests)).toEqual({ node: 0, column: 2 });
    expect(moveCell({ node: 0, column: 1 }, "x", requests)).toBeNull();
  });
});

describe("the colours", () => {
  it("come back from OKLab as they went in", () => {
    for (const hex of ["#0089a9", "#d1f2eb", "#000000", "#ffffff"]) {
      const lab = oklab(hex);
      expect(lab && hexOf(lab)).toBe(hex);
    }
    expect(oklab("red")).toBeNull();
  });

  it("grow steadily lighter along a ramp", () => {
    const ramp = rampOf(["#151e2f", "#004f7a", "#d1f2eb"], 17);
    const lightness = ramp.map((colour) => oklab(colour)?.[0] ?? 0);
    expect(ramp).toHaveLength(17);
    lightness.slice(1).forEach((value, index) => {
      expect(value).toBeGreaterThan(lightness[index] ?? 1);
    });
  });
});
