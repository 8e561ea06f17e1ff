import { describe, expect, it } from "vitest";
import { standingOf } from "./standing";

describe("how a place stands among its like", () => {
  it("has more trouble when its share is surely and clearly larger, fewer the other way round", () => {
    expect(standingOf({ hits: 90, of: 1000 }, { hits: 10, of: 1000 })).toBe("more");
    expect(standingOf({ hits: 10, of: 1000 }, { hits: 90, of: 1000 })).toBe("fewer");
    expect(standingOf({ hits: 0, of: 5000 }, { hits: 90, of: 5000 })).toBe("fewer");
  });

  it("is alike where chance may have done it, or where the difference is sure but small", () => {
    expect(standingOf({ hits: 12, of: 1000 }, { hits: 10, of: 1000 })).toBe("alike");
    expect(standingOf({ hits: 11_000, of: 100_000 }, { hits: 10_000, of: 100_000 })).toBe("alike");
  });

  it("says so when there is too little traffic, or no other", () => {
    expect(standingOf({ hits: 5, of: 20 }, { hits: 0, of: 1000 })).toBe("few");
    expect(standingOf({ hits: 5, of: 2000 }, { hits: 0, of: 0 })).toBe("only");
  });
});
