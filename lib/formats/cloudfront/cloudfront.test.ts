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

describe("CloudFront's other logs", () => {
  const read = cloudFront.compile({ receivedAt: 0 });

  it("in real time, with tabs and seconds since 1970, tell the same", () => {
    const line =
      "1795233522.123\t203.0.113.9\t0.002\t200\t2422\tGET\thttps\td111.cloudfront.net\t/a\t62\tDFW3\trid==\tshop.example\t0.003\tHTTP/2.0\tIPv4\tcurl%2520x\t-\tsid=abc\tq=1\tHit";
    expect(cloudFront.recognise(line)).toBeGreaterThan(0.9);
    expect(read(line)).toMatchObject({
      endedAt: 1_795_233_522_123,
      durationMs: 3,
      client: { ip: "203.0.113.9" },
      host: "shop.example",
      path: "/a",
      query: "q=1",
      status: 200,
      userAgent: "curl x",
      cookies: { sid: "abc" },
      correlationIds: ["rid=="],
    });
  });

  it("as JSON tell the same", () => {
    const line = JSON.stringify({
      date: "2026-11-21",
      time: "08:00:00",
      "x-edge-location": "DFW3-P1",
      "c-ip": "203.0.113.9",
      "cs-method": "GET",
      "cs(Host)": "d111.cloudfront.net",
      "cs-uri-stem": "/a",
      "sc-status": "200",
      "cs(Cookie)": "sid=abc;%20b=2",
      "x-edge-request-id": "rid==",
      "time-taken": "0.002",
    });
    expect(cloudFront.recognise(line)).toBeGreaterThan(0.9);
    expect(read(line)).toMatchObject({
      endedAt: Date.UTC(2026, 10, 21, 8),
      durationMs: 2,
      path: "/a",
      cookies: { sid: "abc", b: "2" },
      correlationIds: ["rid=="],
    });
  });
});
