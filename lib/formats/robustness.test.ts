import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats } from "./registry";
import { fillings, Hostile, longLine } from "./testing/hostile";
import { faultOf, sampleLines, targets } from "./testing/targets";

const all = targets(Date.UTC(2026, 10, 21, 9));

function expectAnswer(line: string): void {
  for (const { name, parse } of all) {
    const wrong = faultOf(parse(line));
    if (wrong !== null) expect.fail(`${name}: ${wrong}\n${line.slice(0, 2000)}`);
  }
  for (const format of formats) {
    const score = format.recognise(line);
    if (!(score >= 0 && score <= 1)) expect.fail(`${format.name} scores ${score}`);
  }
}

describe("Any line at all", { timeout: 120_000 }, () => {
  it("of random text gets an answer", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), expectAnswer), {
      numRuns: 300,
      seed: 4,
    });
  });

  it("of random bytes read as UTF-8 gets an answer", () => {
    const bytes = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(bytes, (line) => expectAnswer(new TextDecoder().decode(line))),
      { numRuns: 200, seed: 4 },
    );
  });

  it("made of a balancer's own by cutting, doubling and replacing gets an answer", () => {
    const hostile = new Hostile(4, sampleLines);
    for (let run = 0; run < 1500; run++) expectAnswer(hostile.line());
  });
});

// How long these take is measured and judged by `npm run fuzz`; here they only have to end.
describe("A hostile line of 64 KB", { timeout: 120_000 }, () => {
  it("gets an answer, whatever it is filled with", () => {
    const heads = ["", ...sampleLines.map((line) => line.slice(0, Math.floor(line.length * 0.6)))];
    for (const [index, head] of heads.entries()) {
      for (const filling of [fillings[index % fillings.length] ?? " ", '"', ", "]) {
        const count = Math.ceil(longLine / filling.length);
        expectAnswer(head + filling.repeat(count).slice(0, longLine));
      }
    }
  });

  it("gets an answer wherever it is blown up", () => {
    const hostile = new Hostile(4, sampleLines);
    for (let run = 0; run < 60; run++) expectAnswer(hostile.long());
  });
});
