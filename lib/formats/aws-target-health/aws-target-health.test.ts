import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awsTargetHealth } from ".";

const [draining = "", healthy = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = awsTargetHealth.compile({ receivedAt: 7 });

describe("A target's health", () => {
  it("becomes a change of the node as the access log names it, with the reason", () => {
    expect(parse(draining)).toMatchObject({
      kind: "change",
      at: Date.UTC(2026, 10, 21, 8, 12, 32),
      change: "node-drain",
      pool: "shop",
      node: "10.0.1.4:8080",
      title:
        "Target 10.0.1.4 is draining (Target.DeregistrationInProgress: Target deregistration is in progress)",
    });
    expect(parse(healthy)).toMatchObject({ change: "node-up", node: "i-0f76fade" });
  });

  it("is dated by when it came where no time was added", () => {
    expect(parse(healthy.replace(/"time":"[^"]*",/, ""))).toMatchObject({ at: 7 });
  });

  it("says which member is wrong", () => {
    expect(parse(healthy.replace('"healthy"', '"glad"'))).toMatchObject({
      reason: expect.stringContaining('member "TargetHealth.State"'),
    });
  });
});
