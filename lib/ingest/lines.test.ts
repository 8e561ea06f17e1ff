import fc from "fast-check";
import { expect, it } from "vitest";
import { lineBlocksOf, linesOf } from "./lines";

async function* cut(body: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...cuts.map((place) => place % (body.length + 1)), body.length].sort(
    (a, b) => a - b,
  );
  let from = 0;
  for (const to of places) {
    // Memory that is used again for the next chunk, as some senders do.
    const chunk = Uint8Array.prototype.slice.call(body, from, to);
    yield chunk;
    chunk.fill(0);
    from = to;
  }
}

const longest = 600;
const text = fc
  .array(
    fc.constantFrom(
      "",
      "\r",
      "a line",
      "ü\r",
      "x".repeat(599),
      "y".repeat(600),
      "z".repeat(700),
      "\r\r",
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.join("\n"));

/** What the lines of a body are, told plainly. */
function told(body: string) {
  return body.split("\n").flatMap((line, at) => {
    const bytes = Buffer.byteLength(line);
    const isTooLong = bytes > longest;
    const head = isTooLong ? Buffer.from(line).toString("utf8", 0, 512) : line;
    const bare = (head.endsWith("\r") ? head.slice(0, -1) : head).replace(/^\ufeff/, "");
    return bare === "" ? [] : [{ number: at + 1, text: bare, tooLong: isTooLong ? bytes : null }];
  });
}

it("finds the same lines wherever a body is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      text,
      fc.array(fc.nat(3000), { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (hasMark, rest, cuts, perYield) => {
        const body = (hasMark ? "\ufeff" : "") + rest;
        const found: unknown[] = [];
        for await (const lines of linesOf(cut(Buffer.from(body), cuts), longest, perYield)) {
          expect(lines.length).toBeLessThanOrEqual(perYield);
          found.push(...lines);
        }
        expect(found).toEqual(told(body));
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

it("tells lines by their places in the bytes, and those that are too long by their heads", async () => {
  const body = Buffer.from(`one\r\n\n${"w".repeat(601)}\ntwo`);
  const found: [number, string, boolean][] = [];
  for await (const block of lineBlocksOf(cut(body, [5]), longest))
    for (let n = 0; n < block.count; n++)
      found.push([
        block.number(n),
        block.bytes.toString("utf8", block.from(n), block.to(n)),
        block.isWhole(n),
      ]);
  expect(found).toEqual([
    [1, "one", true],
    [3, "w".repeat(512), false],
    [4, "two", true],
  ]);
});
