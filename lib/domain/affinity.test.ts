import { describe, expect, it } from "vitest";
import { inferAffinity, observeAffinity } from "./affinity";
import type { HistoryRequest } from "./history";
import { haproxy, nginx } from "./history-samples";
import type { DeclaredAffinity } from "./pool-context";

function found(sessions: HistoryRequest[][], declared: DeclaredAffinity | null = null) {
  const traffic = observeAffinity(sessions).get("lb1");
  return traffic === undefined ? null : inferAffinity(traffic, declared);
}

const nodes = ["app1", "app2", "app3"];
const nodeBy = (n: number) => nodes[n % 3] ?? "app1";
const sessionsOf = (make: (session: number, step: number) => HistoryRequest) =>
  Array.from({ length: 24 }, (_, s) => Array.from({ length: 5 }, (_, i) => make(s, i)));
const id = (s: number, i: number) => `s${s}-${i}`;

describe("inferAffinity", () => {
  it("knows a cookie by HAProxy's flags", () => {
    const sessions = sessionsOf((s, i) =>
      haproxy(i * 1_000, nodeBy(s), i ? "--VN" : "--NI", { id: id(s, i) }),
    );
    const affinity = found(sessions, { method: "cookie", cookie: "SERVERID" });
    expect(affinity).toMatchObject({
      method: "cookie",
      cookie: "SERVERID",
      setShare: 1,
      presentedShare: 1,
      mismatch: null,
    });
  });

  it("says how often a declared cookie is not set", () => {
    const sessions = sessionsOf((s, i) =>
      haproxy(i * 1_000, nodeBy(s + i), i % 3 ? "--NI" : "--NN", { id: id(s, i) }),
    );
    expect(found(sessions, { method: "cookie", cookie: "SERVERID" })?.mismatch).toBe(
      "declared cookie SERVERID, 40 % of responses to clients without it never set it",
    );
  });

  it("knows that nothing binds sessions that change nodes as chance would have it", () => {
    const sessions = sessionsOf((s, i) => nginx(i * 1_000, nodeBy(s + i), { id: id(s, i) }));
    expect(found(sessions)).toMatchObject({ method: "none", mismatch: null });
    expect(found(sessions, { method: "source-ip" })?.mismatch).toContain(
      "as if nothing bound them",
    );
  });

  it("knows binding by address by the sessions that share one", () => {
    const sessions = sessionsOf((s, i) =>
      nginx(i * 1_000, nodeBy(s % 4), { id: id(s, i), client: `192.0.${s % 4}.1` }),
    );
    expect(found(sessions)?.method).toBe("source-ip");
  });

  it("knows binding by a session's key where sessions behind one address differ", () => {
    const sessions = sessionsOf((s, i) =>
      nginx(i * 1_000, nodeBy(s), { id: id(s, i), client: "192.0.2.1" }),
    );
    expect(found(sessions)?.method).toBe("hash");
  });

  it("knows binding by address by what happens when the address changes", () => {
    const sessions = sessionsOf((s, i) =>
      nginx(i * 1_000, nodeBy(i < 3 ? s : s + 1), {
        id: id(s, i),
        client: i < 3 ? `192.0.2.${s}` : `198.51.100.${s}`,
      }),
    );
    expect(found(sessions)?.method).toBe("source-ip");
  });

  it("knows binding by three octets, by which a session stays while its address changes within them", () => {
    const sessions = sessionsOf((s, i) =>
      nginx(i * 1_000, nodeBy(i < 3 ? s : s + 1), {
        id: id(s, i),
        client: i < 3 ? `192.0.${s}.${i}` : `198.51.${s}.7`,
      }),
    );
    expect(found(sessions)?.method).toBe("source-ip");
  });

  it("finds the idle time between the last good cookie and the first expired one", () => {
    const sessions = [
      [
        haproxy(0, "app1", "--NI"),
        haproxy(50_000, "app1", "--VU"),
        haproxy(120_000, "app2", "--EI"),
      ],
      [
        haproxy(1, "app1", "--NI"),
        haproxy(40_001, "app1", "--VU"),
        haproxy(50_001, "app1", "--VU"),
      ],
    ];
    expect(found(sessions)?.idleSeconds).toBe(60);
    const declared = { method: "cookie", cookie: "SERVERID" } as const;
    expect(found(sessions, { ...declared, idleSeconds: 65 })).toMatchObject({
      idleSeconds: 65,
      mismatch: null,
    });
    expect(found(sessions, { ...declared, idleSeconds: 1800 })?.mismatch).toContain(
      "found about 60 s",
    );
  });

  it("says nothing from little traffic", () => {
    expect(found([[nginx(0, "app1"), nginx(1_000, "app2")]])).toBeNull();
  });
});
