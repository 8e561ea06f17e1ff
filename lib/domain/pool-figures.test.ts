import { describe, expect, it } from "vitest";
import { completenessOf, fieldsPresent } from "./completeness";
import { change, noon } from "./history-samples";
import { imbalanceOf } from "./imbalance";
import { drainWindows, flappingAround, stateAt, stateSpans } from "./node-state";
import type { LogField } from "./pool-context";
import { storeHealth } from "./store-health";

describe("node states", () => {
  const changes = [
    change(10_000, "node-up", "app1"),
    change(0, "node-down", "app1"),
    change(20_000, "node-drain", "app1"),
    change(60_000, "node-up", "app1"),
  ];

  it("follow the changes by time, whatever their order", () => {
    expect(stateSpans(changes, "app1").map((s) => s.state)).toEqual(["down", "up", "drain", "up"]);
    expect(stateAt(changes, "app1", noon + 5_000)).toBe("down");
    expect(stateAt(changes, "app1", noon + 30_000)).toBe("drain");
    expect(stateAt(changes, "app1", noon - 1)).toBe("unknown");
    expect(stateAt(changes, "app2", noon)).toBe("unknown");
  });

  it("give the drain windows of a pool", () => {
    expect(drainWindows(changes)).toMatchObject([
      { node: "app1", state: "drain", from: noon + 20_000, to: noon + 60_000 },
    ]);
  });

  it("flap only when the node fell more than once", () => {
    expect(flappingAround(changes, "app1", noon, null)).toBeNull();
    const again = [...changes, change(70_000, "node-down", "app1")];
    expect(flappingAround(again, "app1", noon, null)?.downs).toHaveLength(2);
  });

  it("count a fall that is told twice once", () => {
    const twice = [change(0, "node-down", "app1"), change(1_000, "node-down", "app1")];
    expect(flappingAround(twice, "app1", noon, null)).toBeNull();
  });
});

describe("completenessOf", () => {
  const of = (format: string, ...fields: LogField[]) =>
    completenessOf({ format, fields: new Set(fields) });

  it("is nearly whole for a HAProxy log with its flags and state lines", () => {
    const whole = of(
      "haproxy-http",
      "sessionKey",
      "client",
      "persistenceState",
      "termination",
      "retries",
      "upgrade",
      "duration",
      "fineTime",
      "nodeStates",
    );
    expect(whole.score).toBe(1);
    expect(whole.missing).toEqual([]);
  });

  it("is nothing without a session key or a correlation ID", () => {
    const { score, missing } = of("nginx", "client", "attempts");
    expect(score).toBe(0);
    expect(missing[0]).toMatchObject({
      field: "sessionKey",
      directive: "log_format … $cookie_NAME",
    });
  });

  it("names NGINX's directives for what is missing", () => {
    const { missing } = of("nginx", "sessionKey", "client", "upgrade", "fineTime");
    const directives = missing.map((m) => m.directive).join("\n");
    expect(directives).toContain("$upstream_addr");
    expect(directives).toContain("$sent_http_set_cookie");
    expect(directives).toContain("$request_time");
  });

  it("says where nothing helps", () => {
    const { missing } = of("aws-alb", "correlation", "client", "upgrade", "duration", "fineTime");
    expect(missing.find((m) => m.field === "presented")?.directive).toContain("never logs cookies");
  });
});

describe("fieldsPresent", () => {
  const line = {
    tie: 1 as const,
    presented: null,
    inserted: null,
    persistenceState: null,
    termination: null,
    attempts: [{ node: "10.0.0.1:80", status: 200, durationMs: 1 }],
    retries: null,
    upgrade: false,
    durationMs: 3,
    coarse: true,
    correlationIds: [],
    client: "192.0.2.1",
  };

  it("takes a field for present when one line has it", () => {
    const other = { ...line, presented: "a" };
    expect(fieldsPresent([line, other, line])).toEqual(
      new Set(["sessionKey", "client", "upgrade", "duration", "presented"]),
    );
  });

  it("knows that an NGINX log with one attempt would list more", () => {
    expect(fieldsPresent([line], "nginx").has("attempts")).toBe(true);
    expect(fieldsPresent([line], "aws-alb").has("attempts")).toBe(false);
  });
});

describe("imbalanceOf", () => {
  it("is 1, 0 and 0 for an even load", () => {
    expect(imbalanceOf([5, 5, 5])).toEqual({ maxOverMean: 1, cv: 0, gini: 0 });
  });

  it("is at its most when one node of four has all", () => {
    const { maxOverMean, gini, cv } = imbalanceOf([8, 0, 0, 0]);
    expect(maxOverMean).toBe(4);
    expect(gini).toBeCloseTo(0.75);
    expect(cv).toBeCloseTo(Math.sqrt(3));
  });

  it("is nothing without load, which is not an even one", () => {
    expect(imbalanceOf([])).toEqual({ maxOverMean: null, cv: null, gini: null });
    expect(imbalanceOf([0, 0]).gini).toBeNull();
  });
});

describe("storeHealth", () => {
  const step = (i: number, misses: number) => ({
    at: noon + i * 10_000,
    stepMs: 10_000,
    store: "redis",
    lookups: 50,
    misses,
    nodes: misses ? 3 : 0,
  });

  it("sees an outage as one trouble", () => {
    const { troubles, missRate } = storeHealth([0, 1, 49, 50, 50, 0, 0].map((m, i) => step(i, m)));
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatchObject({
      kind: "outage",
      from: noon + 20_000,
      to: noon + 50_000,
      nodes: 3,
    });
    expect(missRate).toBeCloseTo(1 / 200);
  });

  it("sees a time of many misses that is no outage", () => {
    const { troubles } = storeHealth([0, 1, 25, 0, 0].map((m, i) => step(i, m)));
    expect(troubles.map((t) => t.kind)).toEqual(["misses"]);
  });

  it("sees no trouble in a few misses", () => {
    expect(storeHealth([0, 1, 2, 1, 0].map((m, i) => step(i, m))).troubles).toEqual([]);
  });
});
