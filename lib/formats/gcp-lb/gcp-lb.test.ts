import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gcpLb } from ".";

const [first = "", cached = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = gcpLb.compile({ receivedAt: 0 });

describe("Google Cloud's load balancer log", () => {
  it("tells backend service, server and trace", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135) + 0.641,
      durationMs: 51,
      pool: "shop",
      node: "10.0.1.4:8080",
      client: { ip: "198.51.100.7", port: 60102 },
      host: "shop.example",
      query: "item=7",
      correlationIds: ["5334e0e7aee6ec1b1a8c34db601241ab"],
    });
  });

  it("knows no node for an answer from the cache, though one is named", () => {
    expect(parse(cached)).toMatchObject({ node: null, attempts: [], captures: { cache: "hit" } });
  });

  it("names the member that is wrong", () => {
    expect(parse(first.replace('"status":200', '"status":"ok"'))).toMatchObject({
      reason: 'member "httpRequest.status": expected a whole number, got "ok"',
    });
  });
});
