import { describe, expect, it } from "vitest";
import { haproxy, nginx, pool, poolBound, request, told, verdictOn } from "../history-samples";
import type { LogField } from "../pool-context";

const nginxLog = (...fields: LogField[]) =>
  new Map([["lb1", { format: "nginx", fields: new Set<LogField>(["sessionKey", ...fields]) }]]);

describe("cookie-not-sent", () => {
  it("is proved by HAProxy's N after the same session had been given a cookie", () => {
    const verdict = verdictOn([haproxy(0, "app1", "--NI"), haproxy(1_000, "app2", "--NI")]);
    expect(verdict.cause).toBe("cookie-not-sent");
    expect(verdict.confidence).toBeGreaterThan(0.9);
    expect(verdict.evidence.map((e) => e.meaning).join()).toContain("no persistence cookie");
  });

  it("is each move of a client that never sends the cookie", () => {
    const nodes = ["app1", "app2", "app1", "app3"];
    expect(told(nodes.map((node, i) => haproxy(i * 1_000, node, "--NI")))).toEqual([
      "app1→app2 cookie-not-sent",
      "app2→app1 cookie-not-sent",
      "app1→app3 cookie-not-sent",
    ]);
  });

  it("is carried by the way back when the client sends its old cookie again", () => {
    expect(
      told([
        haproxy(0, "app1", "--VN"),
        haproxy(1_000, "app2", "--NI"),
        haproxy(2_000, "app1", "--VN"),
      ]),
    ).toEqual(["app1→app2 cookie-not-sent", "app2→app1 cookie-not-sent*"]);
  });

  it("is read from an NGINX log that carries the cookie both ways", () => {
    const verdict = verdictOn(
      [
        nginx(0, "app1", { inserted: "a" }),
        nginx(1_000, "app1", { presented: "a" }),
        nginx(2_000, "app2", { inserted: "b" }),
      ],
      poolBound("cookie", { logs: nginxLog("presented", "inserted") }),
    );
    expect(verdict.cause).toBe("cookie-not-sent");
  });

  it("is not claimed from a log that does not carry the cookie", () => {
    const verdict = verdictOn([nginx(0, "app1"), nginx(1_000, "app2")], pool({ logs: nginxLog() }));
    expect(verdict.cause).toBe("unknown");
    expect(verdict.evidence.map((e) => e.meaning).join()).toContain("$cookie_NAME");
  });
});

describe("cookie-expired", () => {
  it.each(["--EI", "--OI"])("is proved by HAProxy's flags %s", (flags) => {
    const verdict = verdictOn([haproxy(0, "app1", "--VN"), haproxy(600_000, "app2", flags)]);
    expect(verdict.cause).toBe("cookie-expired");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is the cause when the cookie is unsent after its declared life time", () => {
    const requests = [
      nginx(0, "app1", { inserted: "a" }),
      nginx(1_000, "app1", { presented: "a" }),
      nginx(70_000, "app2", { inserted: "b" }),
    ];
    const context = poolBound("cookie", { logs: nginxLog("presented", "inserted") });
    const declared = { method: "cookie" as const, cookie: "route", lifeSeconds: 60 };
    expect(verdictOn(requests, { ...context, declared }).cause).toBe("cookie-expired");
    expect(
      verdictOn(requests, { ...context, declared: { ...declared, lifeSeconds: 600 } }).cause,
    ).toBe("cookie-not-sent");
  });
});

describe("client-ip-change", () => {
  const roaming = [
    haproxy(0, "app1", "----", { client: "192.0.2.10" }),
    haproxy(1_000, "app2", "----", { client: "198.51.100.7" }),
  ];

  it("is proved where sessions are bound by address", () => {
    const verdict = verdictOn(roaming, poolBound("source-ip"));
    expect(verdict.cause).toBe("client-ip-change");
    expect(verdict.confidence).toBeGreaterThan(0.9);
    expect(verdict.evidence[0]?.value).toBe("192.0.2.10 → 198.51.100.7");
  });

  it("is not the cause under a cookie, whatever the address", () => {
    expect(
      verdictOn([
        haproxy(0, "app1", "--NI", { client: "192.0.2.10" }),
        haproxy(1_000, "app2", "--NI", { client: "198.51.100.7" }),
      ]).cause,
    ).toBe("cookie-not-sent");
  });

  it("is not sure where the rule is not known", () => {
    expect(verdictOn(roaming).confidence).toBeLessThan(0.6);
  });

  it("is doubted under ip_hash when the first three octets are the same", () => {
    const verdict = verdictOn(
      [nginx(0, "app1", { client: "192.0.2.10" }), nginx(1_000, "app2", { client: "192.0.2.11" })],
      poolBound("source-ip", { logs: nginxLog("client") }),
    );
    expect(verdict.confidence).toBeLessThan(0.6);
  });

  it("is carried by the way back to the first address", () => {
    expect(told([...roaming, haproxy(2_000, "app1", "----")], poolBound("source-ip"))).toEqual([
      "app1→app2 client-ip-change",
      "app2→app1 client-ip-change*",
    ]);
  });
});

describe("concurrent-start", () => {
  it("is proved when the first requests overlapped and the client sends its cookie later", () => {
    const verdicts = told([
      haproxy(0, "app1", "--NI", { durationMs: 80, inserted: "s1" }),
      haproxy(10, "app2", "--NI", { durationMs: 60, inserted: "s2" }),
      haproxy(20, "app2", "--NI", { durationMs: 30, inserted: "s2" }),
      haproxy(1_000, "app1", "--VN", { presented: "s1" }),
      haproxy(2_000, "app1", "--VN", { presented: "s1" }),
    ]);
    expect(verdicts).toEqual(["app1→app2 concurrent-start", "app2→app1 concurrent-start*"]);
  });

  it("is sure when nothing speaks against it", () => {
    const verdict = verdictOn([
      haproxy(0, "app1", "--NI", { durationMs: 80 }),
      haproxy(10, "app2", "--NI", { durationMs: 60 }),
      haproxy(1_000, "app2", "--VN"),
    ]);
    expect(verdict.cause).toBe("concurrent-start");
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });

  it("is not the cause once an answer had been given", () => {
    const verdict = verdictOn([
      haproxy(0, "app1", "--NI", { durationMs: 20 }),
      haproxy(500, "app2", "--NI"),
      haproxy(1_000, "app2", "--NI"),
    ]);
    expect(verdict.cause).toBe("cookie-not-sent");
  });

  it("is not the cause when a session that was bound before has overlapping requests", () => {
    const verdict = verdictOn([
      haproxy(0, "app1", "--VN"),
      haproxy(1_000, "app1", "--VN", { durationMs: 900 }),
      haproxy(1_100, "app2", "--NI"),
    ]);
    expect(verdict.cause).toBe("cookie-not-sent");
  });

  it("is only supposed where the log carries no cookies", () => {
    const verdict = verdictOn(
      [
        request(0, "10.0.0.1:80", { durationMs: 300 }),
        request(10, "10.0.0.2:80", { durationMs: 300 }),
      ],
      pool({ declared: { method: "cookie", cookie: "AWSALB" } }),
    );
    expect(verdict.cause).toBe("concurrent-start");
    expect(verdict.confidence).toBeLessThan(0.6);
  });
});
