import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { azureFrontDoor } from ".";

const [standard = "", classic = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = azureFrontDoor.compile({ receivedAt: 0 });

describe("Azure Front Door's log", () => {
  it("tells the origin by name and address, and the reference that the app sees", () => {
    expect(parse(standard)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135),
      pool: "shop-route",
      node: "web1.shop.example:443",
      nodeAddress: "10.0.1.4:443",
      correlationIds: ["20261121T081232Z-1a2b"],
      captures: { cache: "CONFIG_NOCACHE" },
      termination: null,
    });
  });

  it("knows no node for an answer from the cache", () => {
    expect(parse(classic)).toMatchObject({ pool: "shop", node: null, captures: { cache: "HIT" } });
    expect(parse(classic.replace('"HIT"', '"MISS"'))).toMatchObject({
      node: "web1.shop.example:443",
    });
  });

  it("names the member that is wrong", () => {
    expect(parse(standard.replace('"timeTaken":"0.051"', '"timeTaken":"soon"'))).toMatchObject({
      reason: 'member "timetaken": expected a duration, got "soon"',
    });
  });
});
