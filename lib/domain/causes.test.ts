import { describe, expect, it } from "vitest";
import { causes, classOf, isExplained } from "./causes";

describe("causes", () => {
  it("are fifteen, each in one class", () => {
    expect(causes).toHaveLength(15);
    for (const cause of causes)
      expect(classOf(cause)).toMatch(/^(infrastructure|routing|client|unknown)$/);
  });

  it("explain a bounce only when the infrastructure made it right", () => {
    expect(causes.filter(isExplained)).toEqual(["failover", "drain", "health-flap", "retry"]);
  });
});
