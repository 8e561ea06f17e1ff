import { describe, expect, it } from "vitest";
import { ClockCourse } from "./clock-course";
import { minuteMs } from "./grid";
import { firstRules } from "./rule";

const rule = firstRules.find(({ id }) => id === "clock-offset");
if (!rule) throw new Error("there is a rule of clocks");

const web = { pool: "shop", node: "web-1" };

/** What is told of one node: its offset by the minute. */
function told(offsets: Record<number, number>, clock: number) {
  const course = new ClockCourse();
  for (const [minute, offsetMs] of Object.entries(offsets))
    course.hear({ ...web, offsetMs }, Number(minute) * minuteMs);
  return course
    .episodes("shop", rule ?? fail(), clock * minuteMs)
    .map(({ node, episode: { since, endedAt } }) => [
      node,
      since / minuteMs,
      endedAt === null ? null : endedAt / minuteMs,
    ]);
}

function fail(): never {
  throw new Error("there is a rule of clocks");
}

describe("a node's clock", () => {
  it("is off from when it was seen to be until it was seen to be right, whenever that is asked", () => {
    const offsets = { 1: 3, 2: 5000, 3: 5001, 7: 4999, 8: 4, 11: 2 };
    expect(told(offsets, 11)).toEqual([["web-1", 2, 8]]);
    expect(told(offsets, 600)).toEqual([["web-1", 2, 8]]);
  });

  it("is off no longer than what was told of it holds", () => {
    expect(told({ 2: 5000 }, 11)).toEqual([["web-1", 2, null]]);
    expect(told({ 2: 5000 }, 20)).toEqual([["web-1", 2, 12]]);
    expect(told({ 2: 5000, 40: 5000 }, 41)).toEqual([
      ["web-1", 2, 12],
      ["web-1", 40, null],
    ]);
  });

  it("is what a time told last", () => {
    const course = new ClockCourse();
    course.hear({ ...web, offsetMs: 5000 }, minuteMs);
    course.hear({ ...web, offsetMs: 1 }, minuteMs);
    expect(course.episodes("shop", rule, 2 * minuteMs)).toEqual([]);
  });
});
