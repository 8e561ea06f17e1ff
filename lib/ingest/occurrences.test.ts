import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Occurrences } from "./occurrences";

const hashed = (n: number) => createHash("sha256").update(String(n)).digest("hex");

describe("the lines of a delivery", () => {
  it("are counted each by itself, however many there are", () => {
    const occurrences = new Occurrences();
    const first = Array.from({ length: 50_000 }, (_, n) => occurrences.next(hashed(n)));
    expect(first.every((before) => before === 0)).toBe(true);
    expect([0, 49_999, 0, 0].map((n) => occurrences.next(hashed(n)))).toEqual([1, 1, 2, 3]);
  });

  it("go on from how often they came in earlier deliveries", () => {
    const occurrences = new Occurrences();
    expect([3, 0, 0].map((earlier) => occurrences.next(hashed(1), earlier))).toEqual([3, 4, 5]);
    expect(occurrences.next(hashed(2))).toBe(0);
  });
});

it("tells lines that came from those that did not, where they are many", () => {
  const met = new Occurrences();
  const count = 1_100_000;
  // Numbers whose bits go everywhere, each another: an odd factor loses nothing.
  const high = (n: number) => Math.imul(n + 1, 0x9e3779b1);
  const low = (n: number) => Math.imul(n ^ 0x5bd1e995, 0x85ebca6b);
  let again = 0;
  for (let n = 0; n < count; n++) again += met.nextOf(high(n), low(n));
  expect(again).toBe(0);
  for (const n of [0, 400_000, 1_000_000, count - 1]) {
    expect(met.nextOf(high(n), low(n))).toBe(1);
    expect(met.nextOf(high(n), low(n))).toBe(2);
  }
});
