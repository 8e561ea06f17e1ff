import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packData, unpackData } from "./packed-data";

/** As a page carries it. */
function carried(value: unknown): unknown {
  return unpackData(JSON.parse(JSON.stringify(packData(value))));
}

const time = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const row = fc.record({
  at: time,
  node: fc.constantFrom("web-1", "web-2", null),
  status: fc.constantFrom(200, 500),
  flags: fc.record({ state: fc.constantFrom("valid", "none"), "~": fc.constant("rows") }),
  evidence: fc.array(fc.record({ field: fc.constantFrom("a", "b"), value: fc.string() })),
});

describe("answers that a page carries", () => {
  it("come out as they went in, whatever they are", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(carried(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });

  it("come out as they went in where they are many alike", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        expect(carried({ items: rows })).toEqual({ items: rows });
      }),
      { numRuns: 200 },
    );
  });

  it("keep times that are written in another way as they are written", () => {
    const times = Array.from({ length: 10 }, (_, n) => `2026-11-21T10:00:0${n}Z`);
    expect(carried(times)).toEqual(times);
  });

  it("take fields that are not set for fields that are not there", () => {
    const rows = Array.from({ length: 8 }, (_, n) => ({ n, note: n % 2 ? "x" : undefined }));
    expect(carried(rows)).toEqual(JSON.parse(JSON.stringify(rows)));
  });

  it("are a fraction as long where rows repeat their words", () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({
      id: `request-${n}`,
      startedAt: new Date(1_795_000_000_000 + n * 17_300).toISOString(),
      lb: "edge-1",
      node: `web-${n % 24}`,
      path: ["/cart", "/api/items", "/checkout/payment/confirmation"][n % 3],
      persistence: { presented: `web-${n % 24}`, inserted: null, state: "valid" },
      attempts: [{ node: `web-${n % 24}`, status: 200, durationMs: null }],
    }));
    const before = JSON.stringify(rows).length;
    expect(JSON.stringify(packData(rows)).length).toBeLessThan(before / 4);
    expect(carried(rows)).toEqual(rows);
  });
});
