import { describe, expect, it } from "vitest";
import type { Bounce } from "@/lib/schemas/results";
import type { StreamEvent } from "@/lib/schemas/stream";
import { type Committed, emptyTick, LiveHub } from "./live-hub";
import { payloadsOf } from "./live-relay";

function watched() {
  let now = 1_000_000;
  let timer: { at: number; run: () => void } | null = null;
  const hub = new LiveHub({
    now: () => now,
    after: (ms, run) => {
      timer = { at: now + ms, run };
      return () => {
        timer = null;
      };
    },
  });
  const pass = (ms: number) => {
    now += ms;
    if (timer && timer.at <= now) {
      const { run } = timer;
      timer = null;
      run();
    }
  };
  return { hub, pass };
}

const batch = (more: Partial<Committed> = {}): Committed => ({
  requests: 1,
  events: 0,
  pools: ["checkout"],
  newestAt: null,
  tail: [],
  bounces: [],
  losses: [],
  changes: [],
  ...more,
});

const bounce = (pool: string): Bounce => ({
  id: "b",
  at: "2026-11-21T12:00:00.000Z",
  pool,
  session: "0123456789abcdef",
  requestId: "r",
  correlationId: null,
  from: "a",
  to: "b",
  cause: "unknown",
  class: "unknown",
  confidence: 0.2,
  evidence: [],
  isReturn: false,
  lb: "lb1",
});

describe("the live hub", () => {
  it("gathers many commits into at most four ticks a second that add up to all of them", () => {
    const { hub, pass } = watched();
    const seen: StreamEvent[] = [];
    hub.subscribe({ pool: null }, (event) => seen.push(event));
    for (let n = 0; n < 100; n++) {
      hub.publishCommitted(batch());
      pass(10);
    }
    pass(250);
    const ticks = seen.filter((event) => event.type === "tick");
    expect(ticks.length).toBeLessThanOrEqual(5);
    expect(ticks.reduce((sum, tick) => sum + tick.requests, 0)).toBe(100);
  });

  it("sends a bounce at once, before the tick that counts it", () => {
    const { hub } = watched();
    const seen: string[] = [];
    hub.subscribe({ pool: null }, (event) => seen.push(event.type));
    hub.publishCommitted(batch({ bounces: [bounce("checkout")] }));
    expect(seen).toEqual(["bounce", "tick"]);
  });

  it("does not flood a screen when a thousand sessions bounce in one second", () => {
    const { hub } = watched();
    const seen: StreamEvent[] = [];
    hub.subscribe({ pool: null }, (event) => seen.push(event));
    hub.publishCommitted(batch({ bounces: Array.from({ length: 1000 }, () => bounce("a")) }));
    expect(seen.filter((event) => event.type === "bounce").length).toBe(50);
  });

  it("shows a watcher of one pool nothing of another", () => {
    const { hub, pass } = watched();
    const seen: StreamEvent[] = [];
    hub.subscribe({ pool: "portal" }, (event) => seen.push(event));
    hub.publishCommitted(batch({ bounces: [bounce("checkout")] }));
    expect(seen).toEqual([]);
    pass(1000);
    hub.publishCommitted(batch({ pools: ["portal"], bounces: [bounce("portal")] }));
    expect(seen.map((event) => event.type)).toEqual(["bounce", "tick"]);
  });

  it("sends nothing to one who left, and ends every watch when it closes", () => {
    const { hub } = watched();
    const seen: StreamEvent[] = [];
    let closed = 0;
    const leave = hub.subscribe({ pool: null }, (event) => seen.push(event));
    hub.subscribe(
      { pool: null },
      () => {},
      () => closed++,
    );
    leave();
    hub.publish([emptyTick(0)]);
    hub.close();
    expect(seen).toEqual([]);
    expect(closed).toBe(1);
    expect(hub.size).toBe(0);
  });
});

describe("what was sent while a page was made", () => {
  const tickOf = (requests: number): StreamEvent => ({ ...emptyTick(0), requests });

  it("is told to it, and nothing older", () => {
    const { hub, pass } = watched();
    hub.publish([tickOf(1)]);
    pass(1000);
    hub.publish([tickOf(2)]);
    pass(1000);
    hub.publish([tickOf(3)]);
    expect(hub.sentSince(1_001_000)).toEqual([tickOf(2), tickOf(3)]);
    expect(hub.sentSince(1_002_001)).toEqual([]);
  });

  it("is not known from before the hub, nor once it was too long or too much", () => {
    const { hub, pass } = watched();
    expect(hub.sentSince(999_999)).toBeNull();
    hub.publish([tickOf(1)]);
    pass(60_000);
    hub.publish([tickOf(2)]);
    expect(hub.sentSince(1_000_000)).toBeNull();
    expect(hub.sentSince(1_000_001)).toEqual([tickOf(2)]);
    for (let n = 0; n < 1000; n++) hub.publish([tickOf(n)]);
    expect(hub.sentSince(1_000_001)).toBeNull();
  });
});

describe("what goes between server processes", () => {
  it("fits Postgres' notifications whatever a tick holds", () => {
    const line = {
      id: "r",
      at: "2026-11-21T12:00:00.000Z",
      pool: "p",
      lb: "l",
      method: "GET",
      path: "/é".repeat(400),
      status: 200,
      durationMs: 1,
      node: "n",
      session: null,
    };
    const tick = { ...emptyTick(0), requests: 30, tail: Array.from({ length: 20 }, () => line) };
    const many = { ...tick, pools: Array.from({ length: 900 }, (_, n) => `pool-number-${n}`) };
    for (const event of [tick, many]) {
      const [payload = ""] = payloadsOf("me", [event]);
      expect(Buffer.byteLength(payload)).toBeLessThan(8000);
      expect(JSON.parse(payload).events[0]).toMatchObject({ requests: 30, dropped: 30, tail: [] });
    }
  });
});
