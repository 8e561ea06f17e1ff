import { describe, expect, it } from "vitest";
import { causes } from "@/lib/domain/causes";
import { fixFor, kindsFor } from ".";
import { balancerKind } from "./fix";

const place = { pool: "checkout", from: "web-03", to: "web-05" };

describe("what to do next", () => {
  it("has a step against every cause", () => {
    for (const cause of causes) expect(fixFor(cause, null, place).steps, cause).not.toEqual([]);
  });

  it("has HAProxy's directive against every cause, with the pool's own names", () => {
    for (const cause of causes) expect(fixFor(cause, "HAProxy", place).code, cause).not.toBeNull();
    expect(fixFor("drain", "HAProxy", place).code).toContain(
      "set server checkout/web-03 state drain",
    );
    expect(fixFor("cookie-expired", "HAProxy", place).code).toContain("maxidle");
  });

  it("offers other balancers only where they have a directive", () => {
    expect(kindsFor("client-ip-change")).not.toContain("AWS ALB");
    expect(fixFor("client-ip-change", "AWS ALB", place).code).toBeNull();
    expect(kindsFor("no-affinity")).toHaveLength(8);
  });

  it("knows the balancer by the format of its log, or by the words of its lines", () => {
    expect(balancerKind("haproxy-http", null)).toBe("HAProxy");
    expect(balancerKind("aws-alb", null)).toBe("AWS ALB");
    expect(balancerKind("traefik-json", null)).toBe("Traefik");
    expect(balancerKind(null, "--NI")).toBe("HAProxy");
    expect(balancerKind(null, "----")).toBe("HAProxy");
    expect(balancerKind("cloudflare", null)).toBeNull();
  });
});
