import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { iis } from ".";

const [first = "", failed = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = iis.compile({ receivedAt: 0 });

describe("An IIS log", () => {
  it("of ARR tells the server that was chosen, and its log id", () => {
    expect(parse(first)).toMatchObject({
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      durationMs: 51,
      node: "web2",
      backendStatus: 200,
      client: { ip: "198.51.100.7" },
      path: "/cart",
      userAgent: "Mozilla/5.0 (X11; Linux)",
      correlationIds: ["1f0c3a52-7a11-4b52-9a52-0b9c3a6f9a10"],
    });
    expect(parse(failed)).toMatchObject({ status: 502, node: null });
    expect(parse(first.replace("CACHE-HIT=0", "CACHE-HIT=1"))).toMatchObject({ node: null });
  });

  it("takes the columns from the last #Fields line, or from the format string", () => {
    const fields = "#Fields: date time c-ip cs-method cs-uri-stem cs(Cookie) sc-status time-taken";
    const line = "2026-11-21 08:12:32 198.51.100.7 GET / sid=abc;+ARRAffinity=9f 200 12";
    const followed = iis.compile({ receivedAt: 0 });
    expect(followed(line).kind).toBe("rejected");
    expect(followed(fields)).toMatchObject({
      reason: expect.stringContaining("names the columns"),
    });
    const read = followed(line);
    expect(read).toMatchObject({ cookies: { sid: "abc", ARRAffinity: "9f" }, durationMs: 12 });
    expect(iis.compile({ receivedAt: 0, formatString: fields })(line)).toEqual(read);
  });

  it("names the field that is wrong", () => {
    expect(parse(first.replace(/ 51$/, " soon"))).toMatchObject({
      reason: expect.stringContaining('field "time-taken"'),
    });
    expect(() => iis.compile({ receivedAt: 0, formatString: "c-ip sc-status" })).toThrow(
      "date and time",
    );
  });
});

describe("An IIS log without its #Fields line", () => {
  it("is read by the sets of fields that IIS and Azure's App Service are known to log", () => {
    const parse = iis.compile({ receivedAt: 0 });
    for (const line of [
      "2026-11-21 08:00:00 10.0.1.9 GET /a x=1 80 - 203.0.113.9 curl/8 - 200 0 0 12",
      "2026-11-21 08:00:00 10.0.1.9 GET /a x=1 80 - 203.0.113.9 curl/8 200 0 0 12",
      "2026-11-21 08:00:00 W3SVC1 WEB-1 10.0.1.9 GET /a x=1 80 - 203.0.113.9 HTTP/1.1 curl/8 - - shop.example 200 0 0 500 60 12",
      "2026-11-21 08:00:00 SHOP GET /a x=1 80 - 203.0.113.9 curl/8 - - shop.example 200 0 0 500 60 12",
    ]) {
      expect(iis.recognise(line), line).toBeGreaterThan(0.9);
      expect(parse(line), line).toMatchObject({
        durationMs: 12,
        client: { ip: "203.0.113.9" },
        path: "/a",
        query: "x=1",
        userAgent: "curl/8",
        status: 200,
      });
    }
    expect(parse("2026-11-21 08:00:00 10.0.1.9 GET /a")).toMatchObject({
      kind: "rejected",
      reason: expect.stringContaining("give its #Fields line"),
    });
  });
});
