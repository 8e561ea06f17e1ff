import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awsNlb } from ".";

const [first = "", old = ""] = readFileSync(new URL("samples.log", import.meta.url), "utf8").split(
  "\n",
);
const parse = awsNlb.compile({ receivedAt: 0 });

describe("A Network Load Balancer's log", () => {
  it("tells of a TLS connection: who, whereto, from when to when", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 30),
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 40),
      durationMs: 10_012,
      node: "10.0.1.4:8443",
      client: { ip: "198.51.100.7", port: 51341 },
      method: null,
      status: null,
      tls: { protocol: "tlsv12" },
    });
  });

  it("reads the 18 columns of version 1.0", () => {
    expect(parse(old)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 40, 500),
      node: "10.0.1.5:8443",
    });
  });

  it("names the field that is wrong or missing", () => {
    expect(parse(first.replace(" 98 ", " many "))).toMatchObject({
      reason: expect.stringContaining("field 10 received_bytes"),
    });
    expect(parse(first.split(" ").slice(0, 15).join(" "))).toMatchObject({
      reason: expect.stringContaining("field 16 tls_protocol_version"),
    });
  });
});
