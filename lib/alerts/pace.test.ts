import { expect, it } from "vitest";
import { restAfter } from "./pace";

const now = Date.UTC(2026, 10, 21, 12);

it("looks at lines that come just now take a hundredth of the time, and come every twelve seconds at least", () => {
  expect(restAfter(20, now - 3_000, now)).toBe(2_000);
  expect(restAfter(500, now - 3_000, now)).toBe(12_000);
  expect(restAfter(500, null, now)).toBe(12_000);
});

it("old lines are looked at as soon as a fifth of the time allows, and after twenty seconds at the latest", () => {
  expect(restAfter(500, now - 3_600_000, now)).toBe(2_000);
  expect(restAfter(30_000, now - 3_600_000, now)).toBe(20_000);
});

it("looks that take long rest as long as they do elsewhere", () => {
  expect(restAfter(4_000, now, now)).toBe(16_000);
});
