import { expect, it } from "vitest";
import { lastHour, nextHour } from "./review-schedule";

const monday9 = (timezone: string) => ({ day: 1, hour: 9, timezone });
const at = (text: string) => Date.parse(text);

it("finds the hour of the week that began last, and the next", () => {
  const hour = monday9("UTC");
  expect(lastHour(hour, at("2026-11-21T12:00:30Z"))).toBe(at("2026-11-16T09:00:00Z"));
  expect(nextHour(hour, at("2026-11-21T12:00:30Z"))).toBe(at("2026-11-23T09:00:00Z"));
  expect(lastHour(hour, at("2026-11-23T09:00:00Z"))).toBe(at("2026-11-23T09:00:00Z"));
  expect(lastHour(hour, at("2026-11-23T08:59:59Z"))).toBe(at("2026-11-16T09:00:00Z"));
  expect(nextHour(hour, at("2026-11-23T09:00:00Z"))).toBe(at("2026-11-30T09:00:00Z"));
});

it("goes by the clocks of the zone, also when they were changed in between", () => {
  const hour = monday9("Europe/Berlin");
  expect(lastHour(hour, at("2026-11-21T12:00:00Z"))).toBe(at("2026-11-16T08:00:00Z"));
  // Clocks went back on 25 October.
  expect(lastHour(hour, at("2026-10-25T12:00:00Z"))).toBe(at("2026-10-19T07:00:00Z"));
  expect(nextHour(hour, at("2026-10-25T00:00:00Z"))).toBe(at("2026-10-26T08:00:00Z"));
  // And forward on 29 March.
  expect(nextHour(hour, at("2026-03-28T12:00:00Z"))).toBe(at("2026-03-30T07:00:00Z"));
  expect(lastHour(hour, at("2026-03-30T06:59:00Z"))).toBe(at("2026-03-23T08:00:00Z"));
});

it("knows zones that are off by half an hour", () => {
  expect(lastHour(monday9("Asia/Kolkata"), at("2026-11-21T12:00:00Z"))).toBe(
    at("2026-11-16T03:30:00Z"),
  );
});
