import { describe, expect, it } from "vitest";
import { tryLines } from "./try-lines";

const line = '10.0.0.1 - - [21/Nov/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"';

describe("The format tester", () => {
  it("tells whose format string it was given when nobody said", () => {
    const strings: [formatString: string, format: string][] = [
      ["$remote_addr [$time_local] $upstream_addr", "nginx-combined"],
      ['{"time":"$msec","node":"$upstream_addr"}', "nginx-combined"],
      ["%ci:%cp [%tr] %ft %b/%s %{+Q}r", "haproxy-http"],
      ["option httplog", "haproxy-http"],
      ["[%START_TIME%] %UPSTREAM_HOST%", "envoy"],
      ['{"at":"%START_TIME%"}', "envoy"],
      ['%h %l %u %t \\"%r\\" %>s %{BALANCER_WORKER_ROUTE}e', "apache-balancer"],
      ["#Fields: date time c-ip cs-uri-stem sc-status", "iis-w3c"],
      ["(?<clientIp>\\S+) (?<node>\\S+)", "pattern"],
      ['{"startedAt":"ts","node":"up.addr"}', "json"],
    ];
    for (const [formatString, format] of strings) {
      expect(tryLines({ formatString, lines: ["x"] }, 0).format, formatString).toBe(format);
    }
  });

  it("sees through what Docker and Docker Compose put round a line", () => {
    for (const wrapped of [
      line,
      `nginx-1  | ${line}`,
      JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-11-21T08:00:00Z" }),
    ]) {
      expect(tryLines({ lines: [wrapped] }, 0)).toMatchObject({
        format: "nginx-combined",
        results: [{ ok: true, request: { path: "/a", status: 200 } }],
      });
    }
  });

  it("takes no record for wrapped that has a message of its own", () => {
    const event = {
      involvedObject: { kind: "Pod", name: "web-1" },
      metadata: { creationTimestamp: "2026-11-21T08:00:00Z" },
      reason: "Unhealthy",
      message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
    };
    expect(tryLines({ lines: [JSON.stringify(event)] }, 0)).toMatchObject({
      format: "k8s-events",
      results: [{ ok: true, change: { kind: "node-down", node: "web-1" } }],
    });
  });
});
