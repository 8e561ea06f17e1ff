import { expect, it } from "vitest";
import { journeySegments } from "./journey";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const stay = (node: string, from: number, to: number) => ({ node, from: at(from), to: at(to) });

it("lets a stay last until the next one begins, within the range", () => {
  const journey = [stay("a", 0, 100), stay("b", 500, 600), stay("c", 2000, 2100)];
  expect(journeySegments(journey, 0, 1_000_000)).toEqual([
    { node: "a", start: 0, width: 0.5 },
    { node: "b", start: 0.5, width: 0.5 },
  ]);
});

it("draws of stays too short to be told apart the last one", () => {
  const many = Array.from({ length: 5000 }, (_, index) => stay(`n${index % 7}`, index, index));
  const segments = journeySegments(many, 0, 5_000_000);
  expect(segments.length).toBeLessThanOrEqual(256);
  expect(segments.length).toBeGreaterThan(200);
  const ends = segments.map(({ start, width }) => start + width);
  segments.slice(1).forEach(({ start }, index) => {
    expect(start).toBeCloseTo(ends[index] ?? 0, 3);
  });
});
