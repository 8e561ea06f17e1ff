import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { Delivery } from "./deliveries";
import { hexOf } from "./line-id";

const queue = { hasRoom: true, add: async () => ({ accepted: 0, duplicates: 0 }) };
const line = '10.1.2.3:50123 [15/Jan/2026:09:00:12.345] www shop/web-1 "GET / HTTP/1.1"';

/** The hash by which lines are stored: source, how often the same came before, and the line. */
function stored(source: string, text: string, before: number): string {
  return createHash("sha256").update(`${source}\0${before}\0${text}`).digest("hex");
}

it("tells a line by the same hash whether it came as bytes or as a text, and counts both as one", () => {
  const delivery = new Delivery(1, "edge-ü", 0, queue);
  const bytes = Buffer.from(`before\n${line}\nbehind`);
  const [from, to] = [7, 7 + line.length];
  const ids = [
    delivery.idIn(bytes, from, to),
    delivery.idOf(line),
    delivery.idIn(bytes, from, to),
    delivery.idOf(line),
  ];
  expect(ids.map(hexOf)).toEqual([0, 1, 2, 3].map((before) => stored("edge-ü", line, before)));
  for (const id of ids) {
    expect(id.high).toBe(Number.parseInt(hexOf(id).slice(0, 8), 16));
    expect(id.low).toBe(Number.parseInt(hexOf(id).slice(8, 16), 16));
  }
});

it("goes on from how often the sender says that a line came before", () => {
  const bytes = Buffer.from(line);
  const delivery = new Delivery(1, "edge", 0, queue);
  expect(hexOf(delivery.idIn(bytes, 0, bytes.length, 3))).toBe(stored("edge", line, 3));
  expect(hexOf(delivery.idIn(bytes, 0, bytes.length))).toBe(stored("edge", line, 4));
});
