import { describe, expect, it } from "vitest";
import { formatDayClock, formatRange, isSameDay } from "./times";

const at = (text: string) => Date.parse(text);

describe("times", () => {
  it("names the year of what is more than half a year away", () => {
    const now = at("2026-11-22T00:30:00Z");
    expect(formatDayClock("2026-11-21T23:00:00Z", "UTC", "second", now)).toBe("21 Nov 23:00:00");
    expect(formatDayClock("2025-11-22T00:30:00Z", "UTC", "second", now)).toBe(
      "22 Nov 2025 00:30:00",
    );
    expect(formatRange("2009-02-06T12:00:00Z", "2009-02-06T13:00:00Z", "UTC", now)).toBe(
      "6 Feb 2009 12:00 to 13:00 UTC",
    );
  });

  it("does not take the same day of another year for today", () => {
    expect(isSameDay("2025-11-22T00:30:00Z", "2026-11-22T00:30:00Z", "UTC")).toBe(false);
    expect(isSameDay("2026-11-22T00:30:00Z", "2026-11-22T23:30:00Z", "UTC")).toBe(true);
    expect(isSameDay("2026-11-22T00:30:00Z", "2026-11-22T23:30:00Z", "Europe/Berlin")).toBe(false);
  });
});
