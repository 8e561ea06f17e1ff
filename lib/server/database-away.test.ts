import { describe, expect, it } from "vitest";
import { isDatabaseAway } from "./database-away";

describe("a database that is away", () => {
  it("is told from a fault of ours", () => {
    const withCode = (code: string) => Object.assign(new Error("x"), { code });
    expect(isDatabaseAway(withCode("57P01"))).toBe(true);
    expect(isDatabaseAway(withCode("57P03"))).toBe(true);
    expect(isDatabaseAway(withCode("08006"))).toBe(true);
    expect(isDatabaseAway(new Error("Connection terminated unexpectedly"))).toBe(true);
    expect(isDatabaseAway(new AggregateError([withCode("ECONNREFUSED")]))).toBe(true);
    expect(isDatabaseAway(withCode("23505"))).toBe(false);
    expect(isDatabaseAway(new Error("x"))).toBe(false);
  });
});
