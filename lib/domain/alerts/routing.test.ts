import { describe, expect, it } from "vitest";
import { type AlertLabels, takes } from "./routing";

const labels: AlertLabels = {
  pool: ["shop-eu"],
  cause: ["failover"],
  class: ["infrastructure"],
  balancer: ["edge-1", "edge-2"],
  node: ["web-3"],
  rule: ["bounce-rate"],
  source: [],
};

describe("a route", () => {
  it("that asks for nothing takes every alert", () => {
    expect(takes(null, labels)).toBe(true);
    expect(takes({}, labels)).toBe(true);
  });

  it("takes what fits one pattern of every label", () => {
    expect(takes({ pool: ["pay", "shop-*"], balancer: ["edge-2"] }, labels)).toBe(true);
    expect(takes({ pool: ["shop-*"], cause: ["drain"] }, labels)).toBe(false);
    expect(takes({ pool: ["*-eu"] }, labels)).toBe(true);
    expect(takes({ pool: ["s*p*eu"] }, labels)).toBe(true);
    expect(takes({ pool: ["shop-eu*u"] }, labels)).toBe(false);
    expect(takes({ pool: ["shop"] }, labels)).toBe(false);
  });

  it("takes no alert that lacks the label", () => {
    expect(takes({ source: ["*"] }, labels)).toBe(false);
  });
});
