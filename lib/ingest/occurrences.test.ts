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
