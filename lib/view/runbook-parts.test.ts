import { expect, it } from "vitest";
import { opensFirst } from "./runbook-parts";

it("the part on one's own balancer stands open, and those that hold for any", () => {
  const parts = ["HAProxy", "NGINX", "ingress-nginx", "Any balancer", "Redis"];
  expect(parts.filter((part) => opensFirst(part, "NGINX"))).toEqual([
    "NGINX",
    "Any balancer",
    "Redis",
  ]);
});

it("no balancer's part stands open where it is not known which one it is", () => {
  expect(opensFirst("HAProxy", null)).toBe(false);
  expect(opensFirst("Any balancer", null)).toBe(true);
});
