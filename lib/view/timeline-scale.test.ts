import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  axisTicks,
  coversAll,
  fitScale,
  mergeSpans,
  panWindow,
  type Span,
  stretchScale,
  zoomWindow,
} from "./timeline-scale";

const second = 1000;
const spans: Span[] = [
  { from: 0, to: 200 },
  { from: 1 * second, to: 2 * second },
  { from: 60 * second, to: 61 * second },
  { from: 600 * second, to: 600.5 * second },
];
const whole = { from: 0, to: 600.5 * second };

describe("folding idle time", () => {
  it("makes bursts of spans that are close and keeps the far ones apart", () => {
    expect(mergeSpans(spans, 5 * second)).toEqual([
      { from: 0, to: 2 * second },
      { from: 60 * second, to: 61 * second },
      { from: 600 * second, to: 600.5 * second },
    ]);
  });

  it("gives every fold the same breadth and every burst the same scale", () => {
    const scale = fitScale({ ...whole, spans, fold: true, length: 800 });
    expect(scale.folds.map((fold) => fold.end - fold.start)).toEqual([46, 46]);
    expect(scale.length).toBeCloseTo(800);
    const first = scale.at(2 * second) - scale.at(1 * second);
    const second_ = scale.at(61 * second) - scale.at(60 * second);
    expect(first).toBeCloseTo(second_);
  });

  it("shows true time when folding is off", () => {
    const scale = fitScale({ ...whole, spans, fold: false, length: 601 });
    expect(scale.folds).toEqual([]);
    expect(scale.at(300.25 * second)).toBeCloseTo(300.5);
  });

  it("folds the idle ends of a window that begins and ends in a gap", () => {
    const window = { from: 30 * second, to: 300 * second };
    const scale = fitScale({ ...window, spans, fold: true, length: 500 });
    expect(scale.runs).toHaveLength(1);
    expect(scale.folds.map(({ from, to }) => [from, to])).toEqual([
      [30 * second, 60 * second],
      [61 * second, 300 * second],
    ]);
  });

  it("shows a window without any request in true time", () => {
    const scale = fitScale({ from: 100_000, to: 200_000, spans, fold: true, length: 500 });
    expect(scale.runs).toHaveLength(1);
    expect(scale.time(250)).toBeGreaterThan(145_000);
  });

  it("keeps only the longest gaps when there are more than fit", () => {
    const many = Array.from({ length: 400 }, (_, i) => ({
      from: i * (10 + (i % 7)) * second,
      to: i * (10 + (i % 7)) * second + 50,
    })).sort((a, b) => a.from - b.from);
    const window = { from: 0, to: (many.at(-1)?.to ?? 0) + 1 };
    const scale = fitScale({ ...window, spans: many, fold: true, length: 600 });
    expect(scale.length).toBeCloseTo(600);
    expect(scale.folds.length * scale.foldPx).toBeLessThanOrEqual(600 * 0.45 + 1);
  });

  it("never runs backwards and finds its way back, whatever the session", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3_600_000), fc.nat(20_000)), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 50, max: 2000 }),
        fc.boolean(),
        (raw, length, fold) => {
          const some = raw
            .map(([from, size]) => ({ from, to: from + size }))
            .sort((a, b) => a.from - b.from);
          const from = some[0]?.from ?? 0;
          const to = Math.max(...some.map((span) => span.to), from + 1);
          const scale = fitScale({ from, to, spans: some, fold, length });
          let before = Number.NEGATIVE_INFINITY;
          for (let step = 0; step <= 40; step++) {
            const time = from + ((to - from) * step) / 40;
            const px = scale.at(time);
            expect(px).toBeGreaterThanOrEqual(before - 1e-6);
            expect(scale.at(scale.time(px))).toBeCloseTo(px, 3);
            before = px;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("moving the window", () => {
  const options = { ...whole, spans, fold: true };
  const fit = fitScale({ ...options, length: 800 });
  const outer = stretchScale(options, fit);

  it("zooms about a place and comes back to all", () => {
    const near = zoomWindow(outer, whole, 2, 0);
    expect(near.from).toBe(0);
    expect(near.to).toBeLessThan(whole.to);
    const far = zoomWindow(stretchScale(options, fit), near, 50, 0.5);
    expect(far.to - far.from).toBeLessThan(near.to - near.from);
    expect(coversAll(zoomWindow(outer, near, 1 / 1000, 0.5), whole)).toBe(true);
  });

  it("pans within the session and not beyond it", () => {
    const near = zoomWindow(outer, whole, 4, 0.5);
    const moved = panWindow(outer, near, 100);
    expect(moved.from).toBeGreaterThan(near.from);
    const end = panWindow(outer, near, 1e9);
    expect(end.to).toBe(whole.to);
    expect(panWindow(outer, near, -1e9).from).toBe(whole.from);
  });
});

describe("the axis", () => {
  it("labels the start of every burst that has room", () => {
    const scale = fitScale({ ...whole, spans, fold: true, length: 800 });
    const { ticks } = axisTicks(scale, 80);
    const labelled = ticks.filter((tick) => tick.labelled).map((tick) => tick.at);
    expect(labelled).toContain(0);
    expect(labelled).toContain(60 * second);
    expect(labelled).toContain(600 * second);
  });

  it("keeps labels apart", () => {
    const scale = fitScale({ ...whole, spans, fold: false, length: 700 });
    const places = axisTicks(scale, 90)
      .ticks.filter((tick) => tick.labelled)
      .map((tick) => tick.px);
    expect(places.length).toBeGreaterThan(3);
    places.slice(1).forEach((px, index) => {
      expect(px - (places[index] ?? 0)).toBeGreaterThanOrEqual(90);
    });
  });
});
