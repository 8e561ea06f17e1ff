import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { HashedLine } from "./hashed-line";
import { hexOf, highOf, lowOf } from "./line-id";

const line = '10.1.2.3:50123 [15/Jan/2026:09:00:12.345] www shop/web-1 "GET / HTTP/1.1"';

/** The hash by which lines are stored: source, how often the same came before, and the line. */
function stored(source: string, text: string, before: number): string {
  return createHash("sha256").update(`${source}\0${before}\0${text}`).digest("hex");
}

/** A line as it stands in some bytes. */
function placed(text: string) {
  const bytes = Buffer.from(`before\n${text}\nbehind`);
  return {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    from: 7,
    to: 7 + text.length,
  };
}

it("tells a line by the same hash whether it came as bytes or as a text, and counts both as one", () => {
  const hashed = new HashedLine("edge-ü");
  const { view, from, to } = placed(line);
  const ids = [
    hashed.in(view, from, to),
    hashed.of(line),
    hashed.in(view, from, to),
    hashed.of(line),
  ];
  expect(ids.map(hexOf)).toEqual([0, 1, 2, 3].map((before) => stored("edge-ü", line, before)));
  for (const id of ids) {
    expect(highOf(id) >>> 0).toBe(Number.parseInt(hexOf(id).slice(0, 8), 16));
    expect(lowOf(id) >>> 0).toBe(Number.parseInt(hexOf(id).slice(8, 16), 16));
  }
});

it("tells lines of any length by all of their bytes, and by no others'", () => {
  const hashed = new HashedLine("edge");
  for (let length = 80; length > 0; length--) {
    const text = line.padEnd(80, "x").slice(0, length);
    const { view, from, to } = placed(text);
    expect(hexOf(hashed.in(view, from, to))).toBe(stored("edge", text, 0));
  }
});

it("goes on from how often the sender says that a line came before", () => {
  const hashed = new HashedLine("edge");
  const { view, from, to } = placed(line);
  expect(hexOf(hashed.in(view, from, to, 3))).toBe(stored("edge", line, 3));
  expect(hexOf(hashed.in(view, from, to))).toBe(stored("edge", line, 4));
});
