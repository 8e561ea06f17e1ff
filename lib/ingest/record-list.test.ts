import { describe, expect, it } from "vitest";
import { recordsIn } from "./record-list";
import { tryLines } from "./try-lines";

describe("A line that lists records", () => {
  it("is each of them, with what stands beside the list", () => {
    expect(
      recordsIn('{"time":"2026-11-21T08:12:32Z","TargetHealthDescriptions":[{"a":1},{"b":2}]}'),
    ).toEqual(['{"time":"2026-11-21T08:12:32Z","a":1}', '{"time":"2026-11-21T08:12:32Z","b":2}']);
    expect(recordsIn('[{"a":1},{"b":2}]')).toEqual(['{"a":1}', '{"b":2}']);
    expect(recordsIn('{"records":[{"a":1}]}')).toEqual(['{"a":1}']);
  });

  it("is none where the list holds no objects, or the line is no JSON", () => {
    for (const line of [
      '{"items":["a"]}',
      '{"items":[]}',
      '{"records":[{',
      "[2026-11-21] x",
      '{"a":1}',
    ])
      expect(recordsIn(line)).toBeNull();
  });

  it("is shown in the tester by its first", () => {
    const line =
      '{"TargetHealthDescriptions":[{"Target":{"Id":"10.0.1.4","Port":80},"TargetHealth":{"State":"unhealthy"}}]}';
    const { format, results } = tryLines({ lines: [line] }, 0);
    expect(format).toBe("aws-target-health");
    expect(results).toMatchObject([
      { ok: true, change: { kind: "node-down", node: "10.0.1.4:80" } },
    ]);
  });
});
