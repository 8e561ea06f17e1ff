import { describe, expect, it } from "vitest";
import type { HistoryEvent, HistoryRequest } from "./history";
import { change, event, haproxy, history, noon, pool, request } from "./history-samples";
import { judgeSession } from "./judge";
import type { PoolContext, StoreTrouble } from "./pool-context";

function lost(requests: HistoryRequest[], events: HistoryEvent[], context: PoolContext = pool()) {
  return judgeSession(history(requests, events), context).losses;
}

const outage: StoreTrouble = {
  store: "redis",
  from: noon + 4_000,
  to: noon + 9_000,
  kind: "outage",
  misses: 50,
  lookups: 51,
  nodes: 3,
};

describe("judgeLosses", () => {
  it("lays a loss to routing when the request went to a node that never had the session", () => {
    const [loss] = lost(
      [haproxy(0, "app1", "--NI"), haproxy(5_000, "app2", "--NI", { correlationIds: ["c"] })],
      [
        event(10, "session.created", "app1"),
        event(5_005, "session.missing", "app2", { correlation: "c" }),
      ],
    );
    expect(loss?.lostTo).toBe("routing");
    expect(loss?.request?.node).toBe("app2");
    expect(loss?.evidence[0]?.value).toBe("app1 → app2");
  });

  it("lays a loss to routing by the log alone when the app tells only of the miss", () => {
    const [loss] = lost(
      [request(0, "app1"), request(5_000, "app2")],
      [event(5_005, "session.missing", "app2")],
    );
    expect(loss?.lostTo).toBe("routing");
  });

  it("lays a loss to storage when the session had stayed on its node", () => {
    const [loss] = lost(
      [request(0, "app1"), request(5_000, "app1")],
      [event(5, "session.created", "app1"), event(5_005, "session.missing", "app1")],
    );
    expect(loss?.lostTo).toBe("storage");
  });

  it("lays a loss to storage in an outage of a shared store, even where the session moved", () => {
    const context = pool({ store: { troubles: [outage], missRate: 0.01 } });
    const [loss] = lost(
      [request(0, "app1"), request(5_000, "app2")],
      [
        event(5, "session.created", "app1", { store: "redis" }),
        event(5_005, "session.missing", "app2", { store: "redis" }),
      ],
      context,
    );
    expect(loss?.lostTo).toBe("storage");
    expect(loss?.confidence).toBeGreaterThan(0.85);
  });

  it("knows a shared store by a session that was found on another node before", () => {
    const [loss] = lost(
      [request(0, "app1"), request(2_000, "app2"), request(5_000, "app3")],
      [
        event(5, "session.created", "app1"),
        event(2_005, "session.retrieved", "app2"),
        event(5_005, "session.missing", "app3"),
      ],
    );
    expect(loss?.lostTo).toBe("storage");
  });

  it("lays a loss to storage when the node was restarted in between", () => {
    const [loss] = lost(
      [request(0, "app1"), request(60_000, "app1")],
      [event(5, "session.created", "app1"), event(60_005, "session.missing", "app1")],
      pool({ changes: [change(30_000, "node-down", "app1"), change(33_000, "node-up", "app1")] }),
    );
    expect(loss).toMatchObject({ lostTo: "storage", confidence: 0.9 });
  });

  it("lays a loss to the client that goes on after a logout", () => {
    const [loss] = lost(
      [request(0, "app1"), request(5_000, "app1")],
      [
        event(5, "session.created", "app1"),
        event(2_000, "session.destroyed", "app1"),
        event(5_005, "session.missing", "app1"),
      ],
    );
    expect(loss?.lostTo).toBe("client");
  });

  it("reads a logout as the last word of its millisecond", () => {
    for (const [first, second] of ["ab", "ba"].map((ids) => [...ids])) {
      const [loss] = lost(
        [request(0, "app1"), request(5_000, "app1"), request(9_000, "app1")],
        [
          event(10, "session.created", "app1"),
          event(5_005, "session.retrieved", "app1", { id: first }),
          event(5_005, "session.destroyed", "app1", { id: second }),
          event(9_005, "session.missing", "app1"),
        ],
      );
      expect(loss?.lostTo).toBe("client");
    }
  });

  it("lays a loss to the client that brings an ID which nobody ever knew", () => {
    const [loss] = lost([request(0, "app1")], [event(5, "session.missing", "app1")]);
    expect(loss?.lostTo).toBe("client");
  });

  it("says the same of a session that is missed again on the same node", () => {
    const losses = lost(
      [request(0, "app1"), request(5_000, "app2"), request(6_000, "app2")],
      [
        event(5, "session.created", "app1"),
        event(5_005, "session.missing", "app2"),
        event(6_005, "session.missing", "app2"),
      ],
    );
    expect(losses.map((l) => l.lostTo)).toEqual(["routing", "routing"]);
  });

  it("is not misled by an app clock half a minute behind", () => {
    const skew = -30_000;
    const [loss] = lost(
      [
        request(0, "app1", { correlationIds: ["a"] }),
        request(5_000, "app2", { correlationIds: ["b"] }),
      ],
      [
        event(5, "session.created", "app1", { correlation: "a" }),
        event(5_005 + skew, "session.missing", "app2", { correlation: "b" }),
      ],
    );
    expect(loss?.lostTo).toBe("routing");
  });

  it("names nobody when neither node is known", () => {
    const [loss] = lost(
      [request(0, "app1"), request(5_000, "app1")],
      [event(5, "session.created", null), event(90_000, "session.missing", null)],
    );
    expect(loss?.lostTo).toBeNull();
  });
});
