import { describe, expect, it } from "vitest";
import { entryOf, readEntry } from "./range-entry";
import {
  nameRange,
  pinRange,
  rangeInWords,
  resolveRange,
  shiftRange,
  widenRange,
} from "./time-range";

const now = Date.parse("2026-11-21T03:13:00Z");

describe("a range", () => {
  it("is understood as relative words, RFC 3339 and epoch milliseconds", () => {
    expect(resolveRange({ from: "now-1h", to: "now" }, now)).toEqual({
      from: now - 3_600_000,
      to: now,
    });
    expect(resolveRange({ from: "2026-11-21T02:00:00Z", to: String(now) }, now)).toEqual({
      from: Date.parse("2026-11-21T02:00:00Z"),
      to: now,
    });
  });

  it("is refused the wrong way round and when it is no time", () => {
    expect(resolveRange({ from: "now", to: "now-1h" }, now)).toBeNull();
    expect(resolveRange({ from: "yesterday", to: "now" }, now)).toBeNull();
  });

  it("is pinned so that a link opens later what is seen now", () => {
    expect(pinRange({ from: "now-1h", to: "now" }, now)).toEqual({
      from: "2026-11-21T02:13:00.000Z",
      to: "2026-11-21T03:13:00.000Z",
    });
  });

  it("moves on to the present and then follows it again", () => {
    const before = shiftRange({ from: "now-1h", to: "now" }, -1, now);
    expect(before).toEqual({ from: "2026-11-21T01:13:00.000Z", to: "2026-11-21T02:13:00.000Z" });
    expect(shiftRange(before, 1, now)).toEqual({ from: "now-1h", to: "now" });
  });

  it("widens about its middle but not beyond the present", () => {
    expect(widenRange({ from: "now-1h", to: "now" }, now)).toEqual({
      from: "2026-11-21T01:43:00.000Z",
      to: "2026-11-21T03:13:00.000Z",
    });
  });

  it("has words", () => {
    expect(nameRange({ from: "now-90m", to: "now" })).toBe("Last 90 minutes");
    expect(nameRange({ from: "now-2h", to: "now-1h" })).toBeNull();
    expect(rangeInWords({ from: "now-6h", to: "now" })).toBe("in the last 6 hours");
  });
});

describe("what a person enters", () => {
  it("may be relative", () => {
    expect(readEntry(" now-90m ", "UTC", now)).toBe("now-90m");
    expect(readEntry("now-90", "UTC", now)).toBeNull();
  });

  it("is a time in the page's zone", () => {
    expect(readEntry("2026-11-21 02:55", "Europe/Berlin", now)).toBe("2026-11-21T01:55:00.000Z");
    expect(readEntry("02:55", "UTC", now)).toBe("2026-11-21T02:55:00.000Z");
  });

  it("is right on both sides of a change of the clocks", () => {
    expect(readEntry("2026-03-29 01:30", "Europe/Berlin", now)).toBe("2026-03-29T00:30:00.000Z");
    expect(readEntry("2026-03-29 03:30", "Europe/Berlin", now)).toBe("2026-03-29T01:30:00.000Z");
  });

  it("may carry its own zone", () => {
    expect(readEntry("2026-11-21T02:55:00+05:30", "UTC", now)).toBe("2026-11-20T21:25:00.000Z");
  });

  it("is refused when it is no time", () => {
    for (const text of ["", "soon", "25:00", "2026-13-40"])
      expect(readEntry(text, "UTC", now), text).toBeNull();
  });

  it("is shown again as it was meant", () => {
    expect(entryOf("2026-11-21T01:55:00.000Z", "Europe/Berlin", now)).toBe("2026-11-21 02:55:00");
    expect(entryOf("now-1h", "Europe/Berlin", now)).toBe("now-1h");
  });
});
