import { describe, expect, it } from "vitest";
import { quietWords, routeWords } from "./channel-words";

describe("a channel in words", () => {
  it("says which alerts it is told of", () => {
    expect(routeWords({ severities: null, route: null })).toBe("every alert");
    expect(
      routeWords({ severities: ["critical"], route: { pool: ["shop-*"], cause: ["failover"] } }),
    ).toBe("critical alerts of pools shop-*; causes failover");
  });

  it("says when it is left in peace", () => {
    const hours = { timezone: "Europe/Berlin", from: "22:00", to: "07:00", criticalPasses: true };
    expect(quietWords({ ...hours, days: [5, 1, 2, 3, 4] })).toBe(
      "quiet Mon–Fri 22:00–07:00 Europe/Berlin",
    );
    expect(quietWords({ ...hours, days: [6, 7] })).toBe("quiet Sat, Sun 22:00–07:00 Europe/Berlin");
    expect(quietWords({ ...hours, days: [1, 2, 3, 4, 5, 6, 7] })).toBe(
      "quiet 22:00–07:00 Europe/Berlin",
    );
  });
});
