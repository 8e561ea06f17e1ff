import { expect, it } from "vitest";
import { lastFullWeek, weekAfter, weekNamed, weekOf } from "./weeks";

const at = (text: string) => Date.parse(text);

it("names weeks as ISO 8601 does, also where years meet", () => {
  expect(weekOf(at("2026-11-21T10:00:00Z")).name).toBe("2026-W47");
  expect(weekOf(at("2026-01-01T00:00:00Z")).name).toBe("2026-W01");
  expect(weekOf(at("2027-01-01T00:00:00Z")).name).toBe("2026-W53");
  expect(weekOf(at("2024-12-30T00:00:00Z")).name).toBe("2025-W01");
  expect(weekOf(at("2026-11-15T23:59:59.999Z")).name).toBe("2026-W46");
});

it("finds a week by its name, and none that does not exist", () => {
  expect(weekNamed("2026-W47")).toEqual({
    name: "2026-W47",
    from: at("2026-11-16T00:00:00Z"),
    to: at("2026-11-23T00:00:00Z"),
  });
  expect(weekNamed("2026-W53")?.from).toBe(at("2026-12-28T00:00:00Z"));
  for (const wrong of ["2025-W53", "2026-W00", "2026-W54", "2026-47", "W47", ""])
    expect(weekNamed(wrong)).toBeNull();
});

it("gives each week the same name that finds it", () => {
  for (let n = 0; n < 1500; n++) {
    const week = weekOf(at("2000-01-03T00:00:00Z") + n * 7 * 86_400_000);
    expect(weekNamed(week.name)).toEqual(week);
  }
});

it("reviews the last week that is over", () => {
  expect(lastFullWeek(at("2026-11-21T10:00:00Z")).name).toBe("2026-W46");
  expect(weekAfter(weekOf(at("2026-11-21T10:00:00Z")), 1).name).toBe("2026-W48");
});
