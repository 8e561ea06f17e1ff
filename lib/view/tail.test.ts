import { expect, it } from "vitest";
import type { StreamEvent } from "@/lib/schemas/stream";
import { afterEvent, emptyTail, tailRate } from "./tail";

type Tick = Extract<StreamEvent, { type: "tick" }>;

function line(id: string, pool = "shop"): Tick["tail"][number] {
  return {
    id,
    at: "2026-11-21T02:55:30.906Z",
    pool,
    lb: "edge-1",
    method: "GET",
    path: "/cart",
    status: 200,
    durationMs: 12,
    node: "web-01",
    session: null,
  };
}

function tick(tail: Tick["tail"], requests = tail.length): Tick {
  return {
    type: "tick",
    at: "2026-11-21T02:55:31Z",
    requests,
    events: 0,
    newestAt: null,
    pools: ["shop"],
    tail,
    dropped: requests - tail.length,
  };
}

function bounce(requestId: string): StreamEvent {
  return {
    type: "bounce",
    bounce: {
      id: "b1",
      at: "2026-11-21T02:55:30.906Z",
      pool: "shop",
      session: "7f3ac91e4b027f3a",
      requestId,
      correlationId: null,
      from: "web-01",
      to: "web-02",
      cause: "failover",
      class: "infrastructure",
      confidence: 1,
      evidence: [],
      isReturn: false,
      lb: "edge-1",
    },
  };
}

it("marks a line as a bounce, whichever of the two came first", () => {
  const after = afterEvent(
    afterEvent(emptyTail, tick([line("r1")]), null, 0),
    bounce("r1"),
    null,
    1,
  );
  const before = afterEvent(
    afterEvent(emptyTail, bounce("r1"), null, 0),
    tick([line("r1")]),
    null,
    1,
  );
  expect(after.lines[0]?.cause).toBe("failover");
  expect(before.lines[0]?.cause).toBe("failover");
});

it("holds only lines of the page's pool, and says how many are not shown", () => {
  const tail = afterEvent(emptyTail, tick([line("r1", "other"), line("r2")], 10), "shop", 0);
  expect(tail.lines.map(({ id }) => id)).toEqual(["r2"]);
  expect(tail.dropped).toBe(8);
});

it("reckons lines a second over the last five seconds", () => {
  const tail = afterEvent(emptyTail, tick([], 500), null, 10_000);
  expect(tailRate(tail, 11_000)).toBe(100);
  expect(tailRate(tail, 16_000)).toBe(0);
});
