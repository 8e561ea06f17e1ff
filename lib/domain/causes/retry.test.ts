import { describe, expect, it } from "vitest";
import { change, haproxy, nginx, noon, pool, poolBound, told, verdictOn } from "../history-samples";

describe("retry", () => {
  it("is also the way back from a session's first request, which was passed on", () => {
    const moved = [nginx(0, "app1 502, app2 200"), nginx(20_000, "app1"), nginx(29_000, "app1")];
    expect(told(moved, poolBound("hash"))).toEqual(["app2→app1 retry"]);
    const elsewhere = [nginx(0, "app3 502, app2 200"), nginx(20_000, "app1")];
    expect(told(elsewhere, poolBound("hash"))).toEqual(["app2→app1 unknown"]);
  });

  it("is proved when the node answered with an error that is passed on", () => {
    const verdict = verdictOn(
      [nginx(0, "app1 200"), nginx(1_000, "app1 503, app2 200")],
      poolBound("hash"),
    );
    expect(verdict.cause).toBe("retry");
    expect(verdict.evidence[0]).toMatchObject({ field: "attempts", value: "app1 503, app2 200" });
  });

  it("is the cause there and back when the next request is served by the old node again", () => {
    const verdicts = told(
      [nginx(0, "app1 200"), nginx(1_000, "app1 502, app2 200"), nginx(1_500, "app1 200")],
      poolBound("hash"),
    );
    expect(verdicts).toEqual(["app1→app2 retry", "app2→app1 retry*"]);
  });

  it("is the cause also where the next request failed there too, and the one after was served", () => {
    const failing = [nginx(0, "app1 200"), nginx(3_000, "app1 502, app2 200")];
    const again = nginx(6_000, "app1 502, app2 200");
    const served = nginx(9_000, "app1 200");
    expect(told([...failing, again, served], poolBound("hash"))).toEqual([
      "app1→app2 retry",
      "app2→app1 retry*",
    ]);
    const on = [7_000, 8_000].map((at) => nginx(at, "app1 502, app2 200"));
    expect(told([...failing, again, ...on, served], poolBound("hash"))[0]).toBe(
      "app1→app2 failover",
    );
    expect(told([...failing, nginx(6_000, "app2 200"), served], poolBound("hash"))[0]).toBe(
      "app1→app2 failover",
    );
  });

  it("is the cause of every such move, and the way back from each is a return", () => {
    const verdicts = told(
      [0, 1, 2].flatMap((i) => [
        nginx(i * 2_000, "app1 200"),
        nginx(i * 2_000 + 900, "app1 503, app2 200"),
      ]),
      poolBound("hash"),
    );
    expect(verdicts).toEqual([
      "app1→app2 retry",
      "app2→app1 retry*",
      "app1→app2 retry",
      "app2→app1 retry*",
      "app1→app2 retry",
    ]);
  });

  it("is likely when HAProxy redispatched and the node served others right after", () => {
    const moved = [
      haproxy(0, "app1", "--VN"),
      haproxy(1_000, "app2", "--DI", { retries: 1, redispatched: true }),
    ];
    const served = new Map([["app1", [noon, noon + 1_400]]]);
    expect(verdictOn(moved, pool({ served })).cause).toBe("retry");
    // Nothing tells a passing refusal from a node in trouble.
    expect(verdictOn(moved).confidence).toBeLessThan(0.6);
  });

  it("is not the cause when the node was down: that is a failover", () => {
    const verdict = verdictOn(
      [nginx(0, "app1 200"), nginx(1_000, "app1 502, app2 200")],
      poolBound("hash", { changes: [change(800, "node-down", "app1")] }),
    );
    expect(verdict.cause).toBe("failover");
  });

  it("is never said with more than 0.8 when failover explains as much", () => {
    const verdict = verdictOn(
      [nginx(0, "app1 200"), nginx(1_000, "app1 502, app2 200")],
      poolBound("hash"),
    );
    expect(["retry", "failover"]).toContain(verdict.cause);
    expect(verdict.confidence).toBeLessThanOrEqual(0.8);
  });
});
