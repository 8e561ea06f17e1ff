import { describe, expect, it } from "vitest";
import { Problem } from "@/lib/domain/problem";
import { cut, iso, rangeOf, stepFor, stepOf, stepStarts, wholeMinutes } from "./range";

const now = Date.UTC(2026, 10, 21, 12, 0, 30);
const hours = (n: number) => ({ from: now - n * 3_600_000, to: now });

describe("a question's range", () => {
  it("takes relative times, RFC 3339 and epoch milliseconds", () => {
    expect(rangeOf({ from: "now-1h", to: "now" }, now)).toEqual(hours(1));
    expect(rangeOf({ from: "2026-11-21T11:00:30Z", to: String(now) }, now)).toEqual(hours(1));
  });

  it("names the end that it does not understand", () => {
    expect(() => rangeOf({ from: "yesterday", to: "now" }, now)).toThrowError(
      expect.objectContaining({ status: 400, detail: expect.stringContaining("from") }),
    );
    expect(() => rangeOf({ from: "now-1h", to: "999999999999999999" }, now)).toThrow(Problem);
  });

  it("refuses ends that are the wrong way round", () => {
    expect(() => rangeOf({ from: "now", to: "now-1h" }, now)).toThrow(/from must lie before to/);
  });
});

describe("steps", () => {
  it("are minutes for an hour and grow with the range", () => {
    expect(stepFor(hours(1))).toBe(60_000);
    expect(stepFor(hours(6))).toBe(300_000);
    expect(stepFor(hours(24))).toBe(900_000);
    expect(stepFor(hours(24 * 7))).toBe(2 * 3_600_000);
  });

  it("are taken as asked for, but never finer than a minute nor in too many pieces", () => {
    expect(stepOf("5m", hours(1))).toBe(300_000);
    expect(stepOf("30s", hours(1))).toBe(60_000);
    expect(stepOf("120000", hours(1))).toBe(120_000);
    expect(stepOf("1m", hours(24 * 7))).toBe(600_000);
    expect(() => stepOf("often", hours(1))).toThrow(/step/);
  });

  it("lie on round times and cover the whole range", () => {
    const steps = cut(hours(1), 60_000);
    expect(steps.count).toBe(61);
    expect(stepStarts(steps)[0]).toBe(now - 3_600_000 - 30_000);
    expect(wholeMinutes(hours(1)).to).toBe(now + 30_000);
  });
});

describe("an instant", () => {
  it("is written with milliseconds, or microseconds where it has them", () => {
    expect(iso(Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toBe("2026-01-02T03:04:05.006Z");
    expect(iso(Date.UTC(2026, 0, 2, 3, 4, 5, 6) + 0.25)).toBe("2026-01-02T03:04:05.006250Z");
  });
});
