import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp, timestampText } from "./database";

describe("times of the database", () => {
  it("are read to the microsecond", () => {
    expect(parseTimestamp("2026-11-21 07:45:00+00")).toBe(Date.UTC(2026, 10, 21, 7, 45));
    expect(parseTimestamp("2026-11-21 07:45:00.123456+00")).toBeCloseTo(
      Date.UTC(2026, 10, 21, 7, 45) + 123.456,
      3,
    );
    expect(parseTimestamp("2026-11-21 07:45:00.5+00")).toBe(Date.UTC(2026, 10, 21, 7, 45, 0, 500));
  });

  it("are read in other zones too", () => {
    expect(parseTimestamp("2026-11-21 13:15:00.25+05:30")).toBe(
      Date.UTC(2026, 10, 21, 7, 45, 0, 250),
    );
    expect(parseTimestamp("infinity")).toBe(Number.POSITIVE_INFINITY);
  });

  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (micros) => {
        const text = timestampText(micros / 1000);
        const back = parseTimestamp(text.replace("T", " ").replace("Z", "+00"));
        expect(Math.round(back * 1000)).toBe(micros);
      }),
    );
  });
});
