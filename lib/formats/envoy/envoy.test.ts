import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { envoy } from ".";

const [plain = "", failed = "", istio = "", json = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = envoy.compile({ receivedAt: 0 });
const withFormat = (formatString: string) => envoy.compile({ receivedAt: 0, formatString });

describe("An Envoy access log", () => {
  it("tells the last host of the default line, and when the request began", () => {
    expect(parse(plain)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 186),
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 237),
      durationMs: 51,
      node: "10.0.1.4:8080",
      attempts: [{ node: "10.0.1.4:8080", durationMs: 48 }],
      client: { ip: "203.0.113.9" },
      host: "shop.example",
      path: "/cart",
      query: "item=7",
      bytesIn: 34,
      bytesOut: 1066,
      termination: null,
      correlationIds: ["0f6cd3a2-9c55-4c8e-9d7a-0f2b6d3f1c11"],
    });
  });

  it("keeps the flags of a failure and the first of the forwarded addresses", () => {
    expect(parse(failed)).toMatchObject({
      status: 503,
      termination: "UF,URX",
      client: { ip: "203.0.113.9" },
      host: "shop.example",
    });
  });

  it("reads Istio's longer line by itself, with the cluster as the pool", () => {
    expect(parse(istio)).toMatchObject({
      pool: "outbound|80||shop.default.svc.cluster.local",
      node: "10.8.2.7:8080",
      backendStatus: 200,
      client: { ip: "10.8.1.3", port: 39180 },
      listener: "10.96.4.8:80",
    });
  });

  it("reads JSON by the usual names, or by the json_format that is given", () => {
    expect(parse(json)).toMatchObject({
      pool: "shop",
      node: "10.0.1.4:8080",
      client: { ip: "198.51.100.7", port: 40112 },
    });
    const own = withFormat('{"at":"%START_TIME%","to":"%UPSTREAM_HOST%","c":"%REQ(COOKIE)%"}');
    expect(
      own('{"at":"2026-11-21T08:12:32Z","to":"10.0.1.9:80","c":"sid=abc; a=b"}'),
    ).toMatchObject({
      node: "10.0.1.9:80",
      cookies: { sid: "abc", a: "b" },
    });
  });

  it("lists every host that was tried, and counts the retries", () => {
    const own = withFormat(
      "%START_TIME(%s.%3f)% %UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOST% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%",
    );
    expect(
      own("1795248752.186 10.0.1.4:80,10.0.1.5:80 10.0.1.5:80 2 200 via_upstream"),
    ).toMatchObject({
      startedAt: 1_795_248_752_186,
      node: "10.0.1.5:80",
      attempts: [{ node: "10.0.1.4:80" }, { node: "10.0.1.5:80", status: 200 }],
      retries: 1,
    });
  });

  it("reads lines behind a container's prefix", () => {
    expect(parse(`2026-11-21T08:12:32.300000000+01:00 stdout F ${plain}`)).toEqual(parse(plain));
  });

  it("names the operator that does not fit, and the column of a wrong format string", () => {
    expect(parse(plain.replace(" 51 ", " soon "))).toMatchObject({
      reason: expect.stringContaining("%DURATION%"),
    });
    expect(() => withFormat("%START_TIME% %REQ(:PATH)")).toThrow("column 25: a % should end REQ");
  });
});

describe("A json_format of Envoy", () => {
  it("may nest its members, and put several operators into one", () => {
    const read = withFormat(
      '{"at":"%START_TIME%","up":{"host":"%UPSTREAM_HOST%"},"req":{"host":"%REQ(:AUTHORITY)%","line":"%REQ(:METHOD)% %REQ(:PATH)%"},"sid":"%REQ(mcp-session-id)%"}',
    );
    expect(
      read(
        '{"at":"2026-11-21T08:00:00.000Z","up":{"host":"10.0.1.4:80"},"req":{"host":"shop.example","line":"GET /a?x=1"},"sid":"mcp-1"}',
      ),
    ).toMatchObject({
      node: "10.0.1.4:80",
      host: "shop.example",
      method: "GET",
      path: "/a",
      query: "x=1",
      headers: { "mcp-session-id": "mcp-1" },
    });
  });
});
