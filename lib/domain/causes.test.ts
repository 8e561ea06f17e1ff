import { describe, expect, it } from "vitest";
import { aboutCause, causes, classOf, isExplained } from "./causes";
import { completenessOf } from "./completeness";

const ofTheContract = [
  "failover",
  "drain",
  "health-flap",
  "retry",
  "pool-change",
  "no-affinity",
  "lb-disagreement",
  "websocket-upgrade",
  "cookie-not-set",
  "cookie-invalid",
  "cookie-expired",
  "cookie-not-sent",
  "client-ip-change",
  "concurrent-start",
  "unknown",
];

describe("causes", () => {
  it("hold those of the contract, in its order", () => {
    expect(causes.filter((cause) => ofTheContract.includes(cause))).toEqual(ofTheContract);
  });

  it("have each a class, a place of their own, words and a colour for either theme", () => {
    expect(new Set(causes.map((cause) => aboutCause(cause).rank)).size).toBe(causes.length);
    for (const cause of causes) {
      expect(classOf(cause)).toMatch(/^(infrastructure|routing|client|unknown)$/);
      const { title, step, ink } = aboutCause(cause);
      expect(title).toMatch(/^[A-Z]/);
      expect(step).toMatch(/^[A-Z]/);
      for (const colour of [ink.dark, ink.light]) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    }
    for (const theme of ["dark", "light"] as const)
      expect(new Set(causes.map((cause) => aboutCause(cause).ink[theme])).size).toBe(causes.length);
  });

  it("explain a bounce only when the infrastructure made it right", () => {
    for (const cause of causes)
      expect(isExplained(cause)).toBe(classOf(cause) === "infrastructure");
    expect(
      ["failover", "drain", "health-flap", "retry"].filter((name) => {
        const cause = causes.find((known) => known === name);
        return cause !== undefined && isExplained(cause);
      }),
    ).toHaveLength(4);
  });

  it("are all but the unknown provable by some log", () => {
    const all = new Set(causes.flatMap((cause) => aboutCause(cause).provedBy.flat()));
    const { proves } = completenessOf({ format: "haproxy-http", fields: all.add("sessionKey") });
    expect(proves).toEqual(causes.filter((cause) => cause !== "unknown"));
  });
});
