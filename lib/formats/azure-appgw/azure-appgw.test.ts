import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { azureAppGateway } from ".";

const [record = "", row = ""] = readFileSync(new URL("samples.log", import.meta.url), "utf8").split(
  "\n",
);
const parse = azureAppGateway.compile({ receivedAt: 0 });

describe("Azure Application Gateway's log", () => {
  it("reads a diagnostic record: pool, server and transaction", () => {
    expect(parse(record)).toMatchObject({
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      durationMs: 51,
      lb: "EDGE",
      listener: "https",
      pool: "shop-pool",
      node: "10.0.1.4:8080",
      attempts: [{ node: "10.0.1.4:8080", status: 200, durationMs: 48 }],
      path: "/cart",
      query: "item=7",
      host: "shop.example",
      correlationIds: ["592d1649f75a8d480a3c4dc6a975309d"],
    });
  });

  it("reads a row of the table AGWAccessLogs", () => {
    expect(parse(row)).toMatchObject({
      lb: "edge",
      status: 502,
      backendStatus: null,
      durationMs: 1500,
      node: "10.0.1.5:8080",
      termination: "ERRORINFO_UPSTREAM_TIMED_OUT",
    });
  });

  it("takes v1's whole numbers for milliseconds, and its server from the query", () => {
    const first = record
      .replace('"timeTaken":0.051', '"timeTaken":51')
      .replace(/"transactionId":"[^"]*",/, "")
      .replace(/"serverRouted":"[^"]*",/, "")
      .replace(
        '"requestQuery":"item=7"',
        '"requestQuery":"SERVER-ROUTED=10.0.1.9&SERVER-STATUS=200"',
      )
      .replace(/"originalRequestUriWithArgs":"[^"]*",/, "");
    expect(parse(first)).toMatchObject({ durationMs: 51, node: "10.0.1.9" });
  });

  it("names the member that is wrong, and passes over other categories", () => {
    expect(parse(record.replace('"httpStatus":200', '"httpStatus":"?"'))).toMatchObject({
      reason: expect.stringContaining("httpstatus"),
    });
    expect(parse(record.replace("AccessLog", "FirewallLog"))).toMatchObject({
      reason: expect.stringContaining('member "category"'),
    });
  });
});
