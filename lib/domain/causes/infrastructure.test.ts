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

describe("failover", () => {
  const moved = [
    haproxy(0, "app1", "--NI", { inserted: "s1" }),
    haproxy(1_000, "app1", "--VN", { presented: "s1" }),
    haproxy(9_000, "app2", "--DI", { presented: "s1", inserted: "s2" }),
    haproxy(10_000, "app2", "--VN", { presented: "s2" }),
  ];

  it("is proved by HAProxy's D flag and the DOWN line before it", () => {
    const down = change(8_000, "node-down", "app1", "Server web/app1 is DOWN, Layer4 timeout");
    const verdict = verdictOn(moved, pool({ changes: [down] }));
    expect(verdict.cause).toBe("failover");
    expect(verdict.confidence).toBeGreaterThan(0.9);
    expect(verdict.evidence[0]).toMatchObject({ field: "change", value: down.title });
    expect(verdict.evidence.map((e) => e.value)).toContain("--DI");
  });

  it("is likely by the D flag alone, but not beyond doubt, as maintenance looks the same", () => {
    const verdict = verdictOn(moved);
    expect(verdict.cause).toBe("failover");
    expect(verdict.confidence).toBeLessThan(0.6);
  });

  it("is proved by a redispatch when the health check sees the node down soon after", () => {
    const verdict = verdictOn(
      [
        haproxy(0, "app1", "--VN"),
        haproxy(1_000, "app2", "--DI", { retries: 1, redispatched: true }),
      ],
      pool({ changes: [change(5_000, "node-down", "app1")] }),
    );
    expect(verdict.cause).toBe("failover");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is proved by a DOWN line in an address hash", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "----"), haproxy(9_000, "app2", "----")],
      poolBound("source-ip", { changes: [change(5_000, "node-down", "app1")] }),
    );
    expect(verdict).toMatchObject({ cause: "failover", confidence: 0.9 });
  });

  it("is known from another session's failed attempt, since which the node served none", () => {
    const moved = [nginx(0, "app1 200"), nginx(9_000, "app2 200")];
    const failing = { failed: new Map([["app1", [noon + 8_000]]]) };
    const verdict = verdictOn(moved, poolBound("hash", failing));
    expect(verdict.cause).toBe("failover");
    expect(verdict.confidence).toBeGreaterThan(0.8);
    const back = { ...failing, served: new Map([["app1", [noon + 8_500]]]) };
    expect(verdictOn(moved, poolBound("hash", back)).cause).not.toBe("failover");
  });

  it("is likely when the node stopped to serve and only its sessions moved, also after a deploy", () => {
    const moved = [nginx(0, "app1 200"), nginx(9_000, "app2 200")];
    const every = (from: number, to: number) =>
      Array.from({ length: (to - from) / 1_000 }, (_, n) => noon + from + n * 1_000);
    const other = (session: string, from: string) => ({
      session,
      at: noon + 11_000,
      lb: "lb1",
      from,
      to: "app3",
    });
    const context = {
      changes: [change(5_000, "deploy", null)],
      moves: [other("s2", "app1")],
      served: new Map([["app1", [...every(-20_000, 8_000), ...every(90_000, 95_000)]]]),
    };
    expect(verdictOn(moved, poolBound("hash", context)).cause).toBe("failover");
    const serving = { ...context, served: new Map([["app1", every(-20_000, 30_000)]]) };
    expect(verdictOn(moved, poolBound("hash", serving)).cause).not.toBe("failover");
    const both = { ...context, moves: [...context.moves, other("s3", "app2")] };
    expect(verdictOn(moved, poolBound("hash", both)).cause).toBe("pool-change");
  });

  it("is likely when NGINX keeps away from the node that it passed on from", () => {
    const verdicts = told(
      [
        nginx(0, "app1 200"),
        nginx(1_000, "app1 502, app2 200"),
        nginx(2_000, "app2 200"),
        nginx(3_000, "app2 200"),
      ],
      poolBound("source-ip"),
    );
    expect(verdicts).toEqual(["app1→app2 failover"]);
  });

  it("is carried by the way back when the node is up again", () => {
    const changes = [change(500, "node-down", "app1"), change(8_000, "node-up", "app1")];
    const verdicts = told(
      [
        haproxy(0, "app1", "----"),
        haproxy(1_000, "app2", "----"),
        haproxy(2_000, "app2", "----"),
        haproxy(9_000, "app1", "----"),
      ],
      poolBound("source-ip", { changes }),
    );
    expect(verdicts).toEqual(["app1→app2 failover", "app2→app1 failover*"]);
  });

  it("is not the cause when the client came without its cookie while the old node was down", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--NI"), haproxy(1_000, "app2", "--NI")],
      pool({ changes: [change(900, "node-down", "app1")] }),
    );
    expect(verdict.cause).toBe("cookie-not-sent");
  });

  it("is not the cause when another balancer's health check had the node down", () => {
    const down = { ...change(500, "node-down", "app1"), lb: "lb2" };
    const verdict = verdictOn(
      [haproxy(0, "app1", "----"), haproxy(1_000, "app2", "----")],
      poolBound("source-ip", { changes: [down] }),
    );
    expect(verdict.cause).not.toBe("failover");
  });

  it("is supposed of an ALB target after a health line, and unknown without", () => {
    const alb = [request(0, "10.0.0.1:80"), request(20_000, "10.0.0.2:80")];
    const changes = [change(10_000, "node-down", "10.0.0.1:80")];
    expect(verdictOn(alb, pool({ changes })).cause).toBe("failover");
    expect(verdictOn(alb).cause).toBe("unknown");
  });

  it("is supposed when many sessions left the node at once and no other", () => {
    const others = ["a", "b", "c", "d"].map((session, i) => ({
      session,
      at: request(1_000 + i * 200, null).startedAt,
      lb: "lb1",
      from: "app1",
      to: "app2",
    }));
    const verdict = verdictOn(
      [nginx(0, "app1 200"), nginx(1_500, "app2 200")],
      poolBound("hash", { moves: others }),
    );
    expect(verdict.cause).toBe("failover");
    expect(verdict.confidence).toBeLessThanOrEqual(0.8);
  });
});

describe("drain", () => {
  it("is proved by HAProxy's maintenance line", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")],
      pool({
        changes: [
          change(
            5_000,
            "node-maintenance",
            "app1",
            "Server web/app1 is going DOWN for maintenance",
          ),
        ],
      }),
    );
    expect(verdict.cause).toBe("drain");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("stays the cause when the drained node is stopped afterwards", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")],
      pool({ changes: [change(3_000, "node-drain", "app1"), change(6_000, "node-down", "app1")] }),
    );
    expect(verdict.cause).toBe("drain");
  });

  it("is the cause when a deploy replaced the node", () => {
    const changes = [
      change(1_000, "deploy", null, "web 4.2"),
      change(5_000, "node-down", "app1"),
      change(30_000, "node-up", "app1"),
    ];
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")],
      pool({ changes }),
    );
    expect(verdict.cause).toBe("drain");
  });

  it("is not the cause when a node failed after a deploy: it stayed away, or requests failed on it", () => {
    const until = (upAt: number) => [
      change(1_000, "deploy", null, "web 4.2"),
      change(5_000, "node-down", "app1"),
      change(upAt, "node-up", "app1"),
    ];
    const moved = [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")];
    expect(verdictOn(moved, pool({ changes: until(300_000) })).cause).toBe("failover");
    const passedOn = haproxy(9_000, "app2", "--DI", { retries: 1, redispatched: true });
    expect(
      verdictOn([haproxy(0, "app1", "--VN"), passedOn], pool({ changes: until(30_000) })).cause,
    ).toBe("failover");
    const failing = haproxy(0, "app1", "--VN", { status: 502 });
    expect(
      verdictOn([failing, haproxy(9_000, "app2", "--DI")], pool({ changes: until(30_000) })).cause,
    ).toBe("failover");
  });

  it("is the cause when a deploy or a reload names the node, unless requests fail on it", () => {
    const moved = [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")];
    const passedOn = [nginx(0, "app1"), nginx(9_000, "app1 502, app2 200"), nginx(12_000, "app2")];
    for (const kind of ["deploy", "config"] as const) {
      const changes = [change(3_000, kind, "app1")];
      expect(verdictOn(moved, pool({ changes })).cause).toBe("drain");
      expect(verdictOn(passedOn, pool({ changes })).cause).not.toBe("drain");
    }
    const drained = [change(3_000, "node-drain", "app1"), change(4_000, "deploy", "app1")];
    expect(verdictOn(passedOn, pool({ changes: drained })).cause).toBe("drain");
  });

  it("is the cause in a roll-out that takes long but takes every node in its turn", () => {
    const changes = [
      change(1_000, "deploy", null, "web 4.2"),
      change(5_000, "node-down", "app1"),
      change(300_000, "node-up", "app1"),
      change(301_000, "node-down", "app2"),
      change(600_000, "node-up", "app2"),
    ];
    const moved = [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--DI")];
    expect(verdictOn(moved, pool({ changes })).cause).toBe("drain");
  });

  it("is not the cause once the node is in service again", () => {
    const changes = [change(1_000, "node-drain", "app1"), change(4_000, "node-up", "app1")];
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(30_000, "app2", "--DI")],
      pool({ changes }),
    );
    expect(verdict.cause).toBe("failover");
  });

  it("makes no bounce of a session that follows its cookie to the draining node", () => {
    const changes = [change(500, "node-drain", "app1")];
    expect(
      told([haproxy(0, "app1", "--NI"), haproxy(1_000, "app1", "--VN")], pool({ changes })),
    ).toEqual([]);
  });
});

describe("health-flap", () => {
  const flaps = [
    change(1_000, "node-down", "app1"),
    change(6_000, "node-up", "app1"),
    change(20_000, "node-down", "app1"),
    change(26_000, "node-up", "app1"),
  ];

  it("is proved when the node went down and came back twice around the bounce", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(3_000, "app2", "--DI"), haproxy(9_000, "app2", "--VN")],
      pool({ changes: flaps }),
    );
    expect(verdict.cause).toBe("health-flap");
    expect(verdict.confidence).toBeGreaterThan(0.9);
    expect(verdict.evidence[0]?.value).toBe("2 × down, 2 × up");
  });

  it("is told by state lines of one second, which have no order among themselves", () => {
    const changes = [
      change(1_000, "node-down", "app1"),
      ...(["node-up", "node-down", "node-up", "node-down", "node-up"] as const).map((kind, n) =>
        change(2_000, kind, "app1", `${kind} ${n}`),
      ),
    ];
    const verdict = verdictOn(
      [haproxy(0, "app1", "----"), haproxy(1_500, "app2", "----")],
      poolBound("source-ip", { changes }),
    );
    expect(verdict.cause).toBe("health-flap");
    expect(verdict.evidence[0]?.value).toBe("3 × down, 3 × up");
  });

  it("is carried there and back under an address hash", () => {
    const verdicts = told(
      [
        haproxy(0, "app1", "----"),
        haproxy(3_000, "app2", "----"),
        haproxy(9_000, "app1", "----"),
        haproxy(22_000, "app2", "----"),
        haproxy(29_000, "app1", "----"),
      ],
      poolBound("source-ip", { changes: flaps }),
    );
    expect(verdicts).toEqual([
      "app1→app2 health-flap",
      "app2→app1 health-flap*",
      "app1→app2 health-flap",
      "app2→app1 health-flap*",
    ]);
  });

  it("is not the cause of one fall, which is a failover", () => {
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(3_000, "app2", "--DI")],
      pool({ changes: flaps.slice(0, 2) }),
    );
    expect(verdict.cause).toBe("failover");
  });

  it("is not the cause when the two falls lie hours apart", () => {
    const changes = [...flaps.slice(0, 2), change(7_200_000, "node-down", "app1")];
    const verdict = verdictOn(
      [haproxy(0, "app1", "--VN"), haproxy(3_000, "app2", "--DI")],
      pool({ changes }),
    );
    expect(verdict.cause).toBe("failover");
  });
});
