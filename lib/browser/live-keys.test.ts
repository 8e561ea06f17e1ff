import { describe, expect, it } from "vitest";
import type { StreamEvent } from "@/lib/schemas/stream";
import { isTouched, tokensOf, touchedBy } from "./live-keys";

const tick: Extract<StreamEvent, { type: "tick" }> = {
  type: "tick",
  at: "2026-11-21T02:55:30Z",
  requests: 1,
  events: 0,
  newestAt: null,
  pools: [],
  tail: [],
  dropped: 0,
};

function touches(pools: string[], queryKey: unknown[]): boolean {
  return isTouched({ queryKey }, new Set(tokensOf(touchedBy({ ...tick, pools }))));
}

describe("a tick", () => {
  it("touches questions about its pool and about all pools", () => {
    expect(touches(["shop"], ["overview", { from: "now-1h", to: "now", pool: "shop" }])).toBe(true);
    expect(touches(["shop"], ["overview", { from: "now-1h", to: "now" }])).toBe(true);
    expect(touches(["shop"], ["timeline", { id: "7f3a" }])).toBe(true);
  });

  it("leaves questions about other pools alone", () => {
    expect(touches(["shop"], ["overview", { pool: "blog" }])).toBe(false);
  });

  it("leaves the timeline of another pool's session alone", () => {
    const tokens = new Set(tokensOf(touchedBy({ ...tick, pools: ["shop"] })));
    const timelineOf = (pool: string) => ({
      queryKey: ["timeline", { id: "7f3a" }],
      state: { data: { session: { id: "7f3a", pool } } },
    });
    expect(isTouched(timelineOf("shop"), tokens)).toBe(true);
    expect(isTouched(timelineOf("blog"), tokens)).toBe(false);
  });

  it("without a pool touches all, for something was missed", () => {
    expect(touches([], ["overview", { pool: "blog" }])).toBe(true);
    expect(touches([], ["alerts", {}])).toBe(true);
  });

  it("does not run the format tester again", () => {
    expect(touches(["shop"], ["parse", { lines: [] }])).toBe(false);
  });
});

it("asks again for a bounce sooner than for a tick", () => {
  const bounce = touchedBy({
    type: "bounce",
    bounce: {
      id: "b1",
      at: "2026-11-21T02:55:30Z",
      pool: "shop",
      session: "7f3ac91e4b027f3a",
      requestId: "r1",
      correlationId: null,
      from: "a",
      to: "b",
      cause: "failover",
      class: "infrastructure",
      confidence: 1,
      evidence: [],
      isReturn: false,
      lb: "edge-1",
    },
  });
  expect(bounce.withinMs).toBeLessThanOrEqual(300);
  expect(bounce.withinMs).toBeLessThan(touchedBy({ ...tick, pools: [] }).withinMs);
});
