import { expect, it } from "vitest";
import { endsOf, withPeriodBefore } from "./compare-windows";

const now = Date.parse("2026-11-21T12:00:00Z");

it("sets a range that follows now beside the one before, both following now", () => {
  expect(withPeriodBefore({ from: "now-6h", to: "now" }, now)).toEqual({
    before: "now-12h/now-6h",
    after: "now-6h/now",
  });
});

it("sets a fixed range beside as much time before it", () => {
  const range = { from: "2026-11-21T10:00:00Z", to: "2026-11-21T10:30:00Z" };
  expect(withPeriodBefore(range, now)).toEqual({
    before: "2026-11-21T09:30:00.000Z/2026-11-21T10:00:00.000Z",
    after: "2026-11-21T10:00:00.000Z/2026-11-21T10:30:00.000Z",
  });
});

it("reads a window back, and nothing else", () => {
  expect(endsOf("now-2h/now-1h")).toEqual({ from: "now-2h", to: "now-1h" });
  for (const wrong of ["now-2h", "a/b/c", "/now", ""]) expect(endsOf(wrong)).toBeNull();
});
