import { expect, it } from "vitest";
import { verdictOf } from "./stickiness-verdict";

const of = (hits: number, all: number) => ({ hits, of: all });

it("calls a change worse or better only beyond noise", () => {
  expect(verdictOf(of(990, 1000), of(950, 1000)).verdict).toBe("worse");
  expect(verdictOf(of(950, 1000), of(990, 1000)).verdict).toBe("better");
  expect(verdictOf(of(20, 20), of(4, 20)).verdict).toBe("worse");
});

it("calls stickiness intact only where a fall that matters is ruled out", () => {
  expect(verdictOf(of(400, 400), of(400, 400)).verdict).toBe("intact");
  expect(verdictOf(of(40, 40), of(40, 40)).verdict).toBe("not-enough-traffic");
  expect(verdictOf(of(40, 40), of(40, 40), 0.1).verdict).toBe("intact");
});

it("does not call a certain difference of less than a tenth of a point worse", () => {
  expect(verdictOf(of(9_999_000, 10_000_000), of(9_995_000, 10_000_000)).verdict).toBe("intact");
});

it("says that there was not enough traffic where a side is empty or nearly so", () => {
  expect(verdictOf(of(0, 0), of(100, 100))).toEqual({
    verdict: "not-enough-traffic",
    interval: null,
  });
  expect(verdictOf(of(9, 9), of(0, 1000)).verdict).toBe("not-enough-traffic");
});
