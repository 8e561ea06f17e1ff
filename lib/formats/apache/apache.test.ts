import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apache } from ".";

const [first = "", moved = "", combined = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = apache.compile({ receivedAt: 0 });
const withFormat = (formatString: string) => apache.compile({ receivedAt: 0, formatString });

describe("An Apache log", () => {
  it("of the common cluster format names the worker's route", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      resolutionMs: 1000,
      node: "web1",
      path: "/cart",
      status: 200,
      bytesOut: 1066,
    });
    expect(parse(moved)).toMatchObject({ node: "web2" });
    expect(parse(combined)).toMatchObject({ node: "web2", path: '/q"x', userAgent: "curl/8.5.0" });
    expect(parse(first.replace(" web1 -", ""))).toMatchObject({ node: null, status: 200 });
  });

  it("of any LogFormat tells route asked, route taken, cookies and microseconds", () => {
    const own = withFormat(
      'LogFormat "%a:%{remote}p %{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t \\"%r\\" %>s %O %D %{BALANCER_NAME}e %{BALANCER_WORKER_NAME}e %{BALANCER_SESSION_ROUTE}e %{BALANCER_WORKER_ROUTE}e \\"%{Set-Cookie}o\\" %{sid}C %{UNIQUE_ID}e" shop',
    );
    const line =
      '198.51.100.7:40112 2026-11-21T08:12:32.186641+0100 "GET /a\\"b HTTP/1.1" 200 512 1274 balancer://shop http://10.0.1.4:8080 web1 web2 "ROUTEID=.web2; path=/" abc awEX';
    expect(own(line)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 7, 12, 32, 186) + 0.641,
      resolutionMs: 0.001,
      durationMs: 1.274,
      pool: "shop",
      node: "web2",
      nodeAddress: "10.0.1.4:8080",
      client: { ip: "198.51.100.7", port: 40112 },
      path: '/a"b',
      persistence: { presented: "web1" },
      cookies: { sid: "abc" },
      setCookies: { ROUTEID: ".web2" },
      correlationIds: ["awEX"],
    });
  });

  it("says which directive a line does not fit, and which column of a LogFormat is wrong", () => {
    expect(withFormat("combined")(combined.replace("] ", "x] "))).toMatchObject({
      reason: expect.stringMatching(/^(?:after )?field 4 "%t"/),
    });
    expect(() => withFormat("%h %{x}t")).not.toThrow();
    expect(() => withFormat("%h %{%Q}t")).toThrow("%Q");
    expect(() => withFormat("%h %~")).toThrow("column 4");
  });
});
