import { describe, expect, it } from "vitest";
import { isTimeZone, quietUntil } from "./quiet-hours";

const nights = {
  timezone: "Europe/Berlin",
  days: [1, 2, 3, 4, 5],
  from: "22:00",
  to: "07:00",
  criticalPasses: true,
};
const at = (text: string) => Date.parse(text);
const until = (hours: typeof nights, text: string) => {
  const end = quietUntil(hours, at(text));
  return end === null ? null : new Date(end).toISOString();
};

describe("quiet hours", () => {
  it("last over midnight, in their own time zone", () => {
    // A Monday evening in November: Berlin is an hour ahead of UTC.
    expect(until(nights, "2026-11-16T20:59:59Z")).toBeNull();
    expect(until(nights, "2026-11-16T21:00:00Z")).toBe("2026-11-17T06:00:00.000Z");
    expect(until(nights, "2026-11-17T05:59:00Z")).toBe("2026-11-17T06:00:00.000Z");
    expect(until(nights, "2026-11-17T06:00:00Z")).toBeNull();
  });

  it("belong to the day on which they begin", () => {
    // The night of Friday reaches into Saturday; that of Saturday does not count.
    expect(until(nights, "2026-11-21T03:00:00Z")).toBe("2026-11-21T06:00:00.000Z");
    expect(until(nights, "2026-11-21T22:00:00Z")).toBeNull();
  });

  it("end at their local time on the night on which clocks change", () => {
    const all = { ...nights, days: [6] };
    expect(until(all, "2026-10-24T21:00:00Z")).toBe("2026-10-25T06:00:00.000Z");
    expect(until(all, "2026-03-28T22:00:00Z")).toBe("2026-03-29T05:00:00.000Z");
  });

  it("are one where they follow each other", () => {
    const weekend = { ...nights, timezone: "UTC", days: [6, 7], from: "00:00", to: "00:00" };
    expect(until(weekend, "2026-11-21T12:00:00Z")).toBe("2026-11-23T00:00:00.000Z");
  });

  it("know a time zone from a word", () => {
    expect([isTimeZone("Asia/Tokyo"), isTimeZone("Nowhere")]).toEqual([true, false]);
  });
});
