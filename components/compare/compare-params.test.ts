import { describe, expect, it } from "vitest";
import { changesBeside } from "./compare-params";

const none = { before: null, after: null, at: null };

describe("the changes beside a comparison", () => {
  it("are of the last seven days where the windows follow now", () => {
    expect(changesBeside("shop", none)).toEqual({ from: "now-7d", to: "now", pool: "shop" });
    const follows = { ...none, before: "now-2h/now-1h", after: "now-1h/now" };
    expect(changesBeside(null, follows)).toEqual({ from: "now-7d", to: "now" });
  });

  it("are of the week around windows that stand fast, so that an old link shows the same", () => {
    const fixed = {
      ...none,
      before: "2026-01-15T10:00:00Z/2026-01-15T11:00:00Z",
      after: "2026-01-15T11:00:00Z/2026-01-15T12:00:00Z",
    };
    expect(changesBeside(null, fixed)).toEqual({
      from: "2026-01-11T22:00:00.000Z",
      to: "2026-01-19T00:00:00.000Z",
    });
    expect(changesBeside(null, { ...none, at: "2026-01-15T12:00:00Z" }).to).toBe(
      "2026-01-19T00:00:00.000Z",
    );
  });
});
