import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SyslogFrames } from "./syslog-frames";

function taken(pieces: Buffer[]): string[] {
  const frames = new SyslogFrames();
  return [...pieces.flatMap((piece) => frames.take(piece)), ...frames.end()];
}

describe("a TCP stream of syslog", () => {
  const messages = ["<134>Nov 21 10:00:00 lb haproxy[1]: one", "<134>ünicode two", "<13>three"];

  it.each([
    ["line ends", messages.map((text) => `${text}\n`).join("")],
    ["octet counts", messages.map((text) => `${Buffer.byteLength(text)} ${text}`).join("")],
  ])("is cut into the same messages by %s, wherever the network cuts it", (_, stream) => {
    const bytes = Buffer.from(stream);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (cuts) => {
        const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, n) => bytes.subarray(places[n], to));
        expect(taken(pieces)).toEqual(messages);
      }),
    );
  });

  it("refuses a message that never ends", () => {
    const frames = new SyslogFrames();
    expect(() => frames.take(Buffer.alloc(2_000_000, 97))).toThrow(RangeError);
  });
});
