import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnAliases, type NodePair } from "./aliases";

const pair = (lbNode: string, appNode: string, n: number, lb: string | null = null): NodePair => ({
  lbNode,
  appNode,
  n,
  lb,
});

describe("learnAliases", () => {
  it("learns which pod is behind an address", () => {
    const { canonical, conflicts } = learnAliases([
      pair("10.0.0.1:80", "pod-a", 12),
      pair("10.0.0.2:80", "pod-b", 9),
    ]);
    expect(canonical.get("10.0.0.1:80")).toBe("pod-a");
    expect(canonical.get("pod-b")).toBe("pod-b");
    expect(conflicts).toEqual([]);
  });

  it("prefers a declared name, then the balancer's, then the app's", () => {
    const pairs = [pair("s1", "host-a", 5), pair("10.0.0.1:80", "host-a", 5)];
    expect(learnAliases(pairs).canonical.get("host-a")).toBe("s1");
    expect(learnAliases(pairs).canonical.get("10.0.0.1:80")).toBe("s1");
    const declared = [{ name: "checkout-1", addresses: ["10.0.0.1:80"] }];
    expect(learnAliases(pairs, declared).canonical.get("s1")).toBe("checkout-1");
  });

  it("is not misled by a few wrong pairs", () => {
    const { canonical } = learnAliases([
      pair("s1", "host-a", 20),
      pair("s1", "host-b", 2),
      pair("s2", "host-b", 18),
      pair("s2", "host-a", 1),
    ]);
    expect(canonical.get("host-a")).toBe("s1");
    expect(canonical.get("host-b")).toBe("s2");
  });

  it("merges nothing when every app reports the same name", () => {
    const { canonical, conflicts } = learnAliases([pair("s1", "web", 40), pair("s2", "web", 44)]);
    expect(canonical.get("s1") ?? "s1").toBe("s1");
    expect(canonical.get("s2") ?? "s2").toBe("s2");
    expect(conflicts.length).toBeGreaterThan(0);
  });

  it("does not learn from a pair that met once", () => {
    expect(learnAliases([pair("s1", "host-a", 1)]).canonical.get("host-a")).toBeUndefined();
  });

  it("knows a node by the names of two balancers", () => {
    const { canonical } = learnAliases([
      pair("s1", "host-a", 30, "lb1"),
      pair("web1", "host-a", 25, "lb2"),
      pair("s2", "host-b", 30, "lb1"),
      pair("web2", "host-b", 25, "lb2"),
    ]);
    expect(canonical.get("web1")).toBe(canonical.get("s1"));
    expect(canonical.get("s2")).not.toBe(canonical.get("s1"));
  });

  it("takes a name and an address that one log line tells", () => {
    const { canonical } = learnAliases([], [], [{ name: "app1", address: "10.0.0.1:80" }]);
    expect(canonical.get("10.0.0.1:80")).toBe("app1");
  });

  it("shows a conflict when two declared nodes seem to be one", () => {
    const declared = [
      { name: "a", addresses: [] },
      { name: "b", addresses: [] },
    ];
    const { canonical, conflicts } = learnAliases([pair("a", "b", 50)], declared);
    expect(canonical.get("a")).toBe("a");
    expect(canonical.get("b")).toBe("b");
    expect(conflicts).toHaveLength(1);
  });

  it("answers the same whatever the order", () => {
    const some = fc.array(
      fc.record({
        lbNode: fc.constantFrom("s1", "s2", "s3", "10.0.0.1:80", "10.0.0.2:80"),
        appNode: fc.constantFrom("host-a", "host-b", "host-c", "s1"),
        n: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(some, (pairs) => {
        const one = learnAliases(pairs);
        const other = learnAliases([...pairs].reverse());
        expect(new Map([...other.canonical].sort())).toEqual(new Map([...one.canonical].sort()));
        expect(other.conflicts).toEqual(one.conflicts);
      }),
      { numRuns: 300 },
    );
  });
});
