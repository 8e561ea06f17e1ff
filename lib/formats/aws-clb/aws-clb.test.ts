import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awsClb } from ".";

const [first = "", timeout = "", tcp = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = awsClb.compile({ receivedAt: 0 });

describe("A Classic Load Balancer's log", () => {
  it("tells the instance and when the request came", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135) + 0.641,
      durationMs: 49.471,
      lb: "shop-lb",
      node: "10.0.1.4:8080",
      attempts: [{ node: "10.0.1.4:8080", status: 200, durationMs: 48.048 }],
      path: "/cart",
      query: "item=7",
    });
  });

  it("takes -1 for a time that was not measured, and - for no instance", () => {
    expect(parse(timeout)).toMatchObject({
      status: 408,
      durationMs: null,
      node: null,
      attempts: [],
    });
  });

  it("reads connections of TCP listeners and the 12 columns of old logs", () => {
    expect(parse(tcp)).toMatchObject({ method: null, status: null, node: "10.0.1.5:8443" });
    expect(parse(first.slice(0, first.indexOf(' "Mozilla')))).toMatchObject({
      userAgent: null,
      status: 200,
    });
  });

  it("names the field that is wrong", () => {
    expect(parse(first.replace("0.048048", "soon"))).toMatchObject({
      reason: expect.stringContaining("field 6 backend_processing_time"),
    });
    expect(parse("Enable AccessLog for ELB: shop").kind).toBe("rejected");
  });
});
