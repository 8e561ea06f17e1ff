import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cloudFront } from ".";

const [miss = "", hit = "", old = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = cloudFront.compile({ receivedAt: 0 });

describe("CloudFront's log", () => {
  it("tells the viewer, the request's id and whether the cache answered, but no node", () => {
    expect(parse(miss)).toMatchObject({
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      durationMs: 51,
      node: null,
      client: { ip: "198.51.100.7", port: 40112 },
      host: "shop.example",
      userAgent: "Mozilla/5.0 (X11; Linux)",
      cookies: { sid: "abc", AWSALB: "xyz" },
      correlationIds: ["Wq0yPmDkjk-request-id=="],
      captures: { cache: "Miss" },
    });
    expect(parse(hit)).toMatchObject({ query: null, captures: { cache: "Hit" } });
  });

  it("reads older files with fewer columns, and those that a #Fields line names", () => {
    expect(parse(old)).toMatchObject({ status: 200, protocol: "HTTP/2.0", client: { port: null } });
    const own = cloudFront.compile({ receivedAt: 0 });
    expect(own("#Fields: date time c-ip x-edge-location sc-status").kind).toBe("rejected");
    expect(own("2026-11-21\t08:12:32\t198.51.100.7\tFRA2\t304")).toMatchObject({ status: 304 });
  });

  it("names the field that is wrong", () => {
    expect(parse(miss.replace("\t200\t", "\tfine\t"))).toMatchObject({
      reason: 'field "sc-status": expected a whole number, got "fine"',
    });
    expect(parse("2026-11-21\t08:12:32\tFRA2").kind).toBe("rejected");
  });
});
