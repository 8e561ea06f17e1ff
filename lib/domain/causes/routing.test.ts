import { describe, expect, it } from "vitest";
import {
  change,
  haproxy,
  nginx,
  noon,
  pool,
  poolBound,
  request,
  told,
  verdictOn,
} from "../history-samples";
import type { LogField } from "../pool-context";

describe("cookie-not-set", () => {
  it("is proved by HAProxy's NN again and again", () => {
    const verdict = verdictOn([haproxy(0, "app1", "--NN"), haproxy(1_000, "app2", "--NN")]);
    expect(verdict.cause).toBe("cookie-not-set");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is each move of such a session", () => {
    expect(told(["app1", "app2", "app1"].map((n, i) => haproxy(i * 1_000, n, "--NN")))).toEqual([
      "app1→app2 cookie-not-set",
      "app2→app1 cookie-not-set",
    ]);
  });

  it("is read from an NGINX log that carries the cookie both ways, where one was declared", () => {
    const verdict = verdictOn(
      [nginx(0, "app1"), nginx(1_000, "app2")],
      pool({
        declared: { method: "cookie", cookie: "route" },
        logs: new Map([
          ["lb1", { format: "nginx", fields: new Set(["presented", "inserted"] as const) }],
        ]),
      }),
    );
    expect(verdict.cause).toBe("cookie-not-set");
  });

  it("is told from no affinity by a log that writes the declared cookie and never shows one", () => {
    const logs = (...fields: LogField[]) =>
      new Map([["lb1", { format: "nginx", fields: new Set(fields) }]]);
    const moved = [nginx(0, "app1"), nginx(1_000, "app2")];
    const declared = { method: "cookie", cookie: "route" } as const;
    const writes = poolBound("none", { declared, logs: logs("presented", "inserted") });
    expect(verdictOn(moved, writes).cause).toBe("cookie-not-set");
    const silent = poolBound("none", { declared, logs: logs() });
    expect(verdictOn(moved, silent).cause).toBe("no-affinity");
  });

  it("is not the cause when the cookie had been set", () => {
    expect(verdictOn([haproxy(0, "app1", "--NI"), haproxy(1_000, "app2", "--NI")]).cause).not.toBe(
      "cookie-not-set",
    );
  });
});

describe("cookie-invalid", () => {
  it("is proved by HAProxy's I", () => {
    const verdict = verdictOn([
      haproxy(0, "app1", "--VN", { presented: "s1" }),
      haproxy(1_000, "app2", "--II", { presented: "s9", inserted: "s2" }),
    ]);
    expect(verdict.cause).toBe("cookie-invalid");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is read from ALB's error reason", () => {
    const verdict = verdictOn([
      request(0, "10.0.0.1:80"),
      request(1_000, "10.0.0.2:80", { termination: "AWSALBTGCookieInvalid" }),
    ]);
    expect(verdict.cause).toBe("cookie-invalid");
  });

  it("is read from a value that names no node, where other values can be read", () => {
    const verdict = verdictOn(
      [nginx(0, "app1", { presented: "a" }), nginx(1_000, "app2", { presented: "zzz" })],
      poolBound("cookie", { bindings: new Map([["lb1", new Map([["a", "app1"]])]]) }),
    );
    expect(verdict.cause).toBe("cookie-invalid");
  });

  it("is not beyond doubt when the same cookie was good before, and yields to drain after a change", () => {
    const requests = [
      haproxy(0, "app1", "--VN", { presented: "s1" }),
      haproxy(9_000, "app2", "--II", { presented: "s1", inserted: "s2" }),
    ];
    const alone = verdictOn(requests);
    expect(alone.cause).toBe("cookie-invalid");
    expect(alone.confidence).toBeLessThanOrEqual(0.8);
    const after = verdictOn(
      requests,
      pool({ changes: [change(5_000, "scale", null, "scaled to 2")] }),
    );
    expect(after.cause).toBe("drain");
    expect(after.confidence).toBeLessThanOrEqual(0.8);
  });

  it("yields to drain when the node was taken out of the pool", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--II")],
      pool({ changes: [change(4_000, "node-drain", "app1", "app1 removed")] }),
    );
    expect(verdict.cause).toBe("drain");
  });
});

describe("lb-disagreement", () => {
  it("is proved when one value names two nodes", () => {
    const bindings = new Map([
      ["lb1", new Map([["1", "app1"]])],
      ["lb2", new Map([["1", "app2"]])],
    ]);
    const verdict = verdictOn(
      [
        haproxy(0, "app1", "--VN", { presented: "1" }),
        haproxy(1_000, "app2", "--VN", { presented: "1", lb: "lb2" }),
      ],
      pool({ bindings }),
    );
    expect(verdict.cause).toBe("lb-disagreement");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is proved each time one balancer does not know what the other has just set, also without the cookie's value", () => {
    const moved = [
      haproxy(0, "app1", "--VN"),
      haproxy(1_000, "app2", "--II", { lb: "lb2" }),
      haproxy(2_000, "app3", "--II"),
      haproxy(3_000, "app1", "--II", { lb: "lb2" }),
      haproxy(4_000, "app1", "--VN", { lb: "lb2" }),
    ];
    expect(told(moved)).toEqual([
      "app1→app2 lb-disagreement",
      "app2→app3 lb-disagreement",
      "app3→app1 lb-disagreement",
    ]);
  });

  it("is proved when one balancer's cookie is invalid at the other", () => {
    const verdict = verdictOn([
      haproxy(0, "app1", "--NI", { inserted: "a1" }),
      haproxy(1_000, "app1", "--VN", { presented: "a1" }),
      haproxy(2_000, "app2", "--II", { presented: "a1", inserted: "b2", lb: "lb2" }),
    ]);
    expect(verdict.cause).toBe("lb-disagreement");
  });

  it("is proved when the node follows the balancer under an address rule, there and back", () => {
    const through = ["lb1", "lb2", "lb1", "lb2", "lb2"];
    const requests = through.map((lb, i) =>
      haproxy(i * 1_000, lb === "lb1" ? "app1" : "app2", "----", { lb }),
    );
    expect(told(requests, poolBound("source-ip"))).toEqual([
      "app1→app2 lb-disagreement",
      "app2→app1 lb-disagreement*",
      "app1→app2 lb-disagreement",
    ]);
  });

  it("is not the cause when a client without cookies happens to change the balancer", () => {
    expect(
      verdictOn([haproxy(0, "app1", "--NI"), haproxy(1_000, "app2", "--NI", { lb: "lb2" })]).cause,
    ).toBe("cookie-not-sent");
  });

  it("is not the cause when nothing binds sessions at either balancer", () => {
    const requests = [
      haproxy(0, "app1", "----"),
      haproxy(1_000, "app2", "----", { lb: "lb2" }),
      haproxy(2_000, "app3", "----"),
      haproxy(3_000, "app1", "----", { lb: "lb2" }),
    ];
    for (const one of told(requests, poolBound("none"))) expect(one).toContain("no-affinity");
  });
});

describe("websocket-upgrade", () => {
  it("is proved when the upgrade came without the cookie, and carried by the way back", () => {
    expect(
      told([
        haproxy(0, "app1", "--NI"),
        haproxy(1_000, "app1", "--VN"),
        haproxy(2_000, "app2", "--NI", { upgrade: true, status: 101, durationMs: 60_000 }),
        haproxy(3_000, "app1", "--VN"),
      ]),
    ).toEqual(["app1→app2 websocket-upgrade", "app2→app1 websocket-upgrade*"]);
  });

  it("is the cause under a rule that HAProxy says overrode the cookie", () => {
    expect(
      verdictOn([
        haproxy(0, "app1", "--VN"),
        haproxy(1_000, "app2", "--UN", { upgrade: true, status: 101 }),
      ]).cause,
    ).toBe("websocket-upgrade");
  });

  it("is not the cause when the client never sends the cookie, with upgrades or without", () => {
    const verdicts = told([
      haproxy(0, "app1", "--NI"),
      haproxy(1_000, "app2", "--NI"),
      haproxy(2_000, "app3", "--NI", { upgrade: true, status: 101 }),
    ]);
    expect(verdicts).toEqual(["app1→app2 cookie-not-sent", "app2→app3 cookie-not-sent"]);
  });

  it("is not the cause when the upgrade's cookie named a node that was down", () => {
    expect(
      verdictOn([
        haproxy(0, "app1", "--VN"),
        haproxy(1_000, "app2", "--DI", { upgrade: true, status: 101 }),
      ]).cause,
    ).toBe("failover");
  });
});

describe("pool-change", () => {
  it("is proved by a reload between the two requests under a hash", () => {
    const verdict = verdictOn(
      [nginx(0, "app1"), nginx(9_000, "app3")],
      poolBound("hash", {
        changes: [change(5_000, "config", null, "nginx reloaded with 4 nodes")],
      }),
    );
    expect(verdict.cause).toBe("pool-change");
    expect(verdict.confidence).toBeGreaterThan(0.8);
  });

  it("is the cause when another node came up", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "----"), haproxy(9_000, "app3", "----")],
      poolBound("source-ip", { changes: [change(5_000, "node-up", "app3")] }),
    );
    expect(verdict.cause).toBe("pool-change");
  });

  it("is supposed when a node began to serve and many sessions moved at once", () => {
    const spans = ["app1", "app2", "app3"].map((node) => ({
      lb: "lb1",
      node,
      firstSeen: noon + (node === "app3" ? 0 : -3_600_000),
      lastSeen: noon + 3_600_000,
    }));
    const moves = Array.from({ length: 8 }, (_, i) => ({
      session: `s${i}`,
      at: noon + 500 * i,
      lb: "lb1",
      from: i % 2 ? "app1" : "app2",
      to: "app3",
    }));
    const verdict = verdictOn(
      [nginx(-5_000, "app1"), nginx(3_000, "app3")],
      poolBound("hash", { spans, moves }),
    );
    expect(verdict.cause).toBe("pool-change");
    expect(verdict.confidence).toBeLessThanOrEqual(0.8);
  });

  it("is not the cause of a reload long before", () => {
    const verdict = verdictOn(
      [nginx(0, "app1"), nginx(9_000, "app3")],
      poolBound("hash", { changes: [change(-60_000, "config", null)] }),
    );
    expect(verdict.cause).toBe("unknown");
  });

  it("is not the cause under a cookie", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--NI"), haproxy(9_000, "app3", "--NI")],
      pool({ changes: [change(5_000, "scale", null)] }),
    );
    expect(verdict.cause).toBe("cookie-not-sent");
  });
});

describe("no-affinity", () => {
  it("is proved where the pool's sessions move as chance would have it", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "----"), haproxy(1_000, "app2", "----")],
      poolBound("none"),
    );
    expect(verdict.cause).toBe("no-affinity");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is supposed of a session that moves with nearly every request, and makes no returns", () => {
    const nodes = ["app1", "app2", "app3", "app1", "app2", "app3", "app1", "app2"];
    const verdicts = told(nodes.map((n, i) => nginx(i * 1_000, n)));
    expect(verdicts).toHaveLength(7);
    for (const one of verdicts) expect(one).toMatch(/no-affinity$/);
  });

  it("is told from a remapping by a hash, also right after a change, by sessions that go on moving", () => {
    const context = poolBound("hash", { changes: [change(500, "config", null)] });
    const moving = ["app1", "app1", "app2", "app3", "app1", "app2", "app2", "app3"];
    for (const one of told(
      moving.map((n, i) => nginx(i * 1_000, n)),
      context,
    ))
      expect(one).toMatch(/no-affinity\*?$/);
    const moved = ["app1", "app1", "app2", "app2", "app2", "app2"];
    expect(
      told(
        moved.map((n, i) => nginx(i * 1_000, n)),
        context,
      ),
    ).toEqual(["app1→app2 pool-change"]);
  });

  it("is not claimed from a single move", () => {
    expect(verdictOn([nginx(0, "app1"), nginx(1_000, "app2"), nginx(2_000, "app2")]).cause).toBe(
      "unknown",
    );
  });
});

describe("unknown", () => {
  it("says what the log lacks and which directive would add it", () => {
    const verdict = verdictOn(
      [request(0, "10.0.0.1:80"), request(60_000, "10.0.0.2:80")],
      pool({
        logs: new Map([
          [
            "lb1",
            {
              format: "aws-alb",
              fields: new Set(["correlation", "client", "duration", "fineTime"] as const),
            },
          ],
        ]),
      }),
    );
    expect(verdict).toMatchObject({ cause: "unknown", confidence: 0 });
    expect(verdict.evidence.map((e) => e.meaning).join("\n")).toContain("never logs cookies");
  });

  it("never has empty evidence", () => {
    expect(verdictOn([nginx(0, "app1"), nginx(1_000, "app2")]).evidence.length).toBeGreaterThan(0);
  });
});
