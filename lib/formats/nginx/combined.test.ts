import { describe, expect, it } from "vitest";
import { nginxCombined } from ".";

const parse = nginxCombined.compile({ receivedAt: 0 });
const date = "[21/Nov/2026:08:00:00 +0100]";
const rest = `"GET /a?x=1 HTTP/1.1" 200 12 "-" "Mozilla/5.0"`;

describe("A combined line", () => {
  it("is read with whatever people put before the date", () => {
    const heads: [head: string, expected: object][] = [
      ["203.0.113.9 - -", { client: { ip: "203.0.113.9", port: null }, host: null }],
      ["203.0.113.9 - frank", { client: { ip: "203.0.113.9", port: null } }],
      ["203.0.113.9 - frank von x", { client: { ip: "203.0.113.9", port: null } }],
      ["203.0.113.9 ident frank", { client: { ip: "203.0.113.9", port: null } }],
      ["203.0.113.9:4711 - -", { client: { ip: "203.0.113.9", port: 4711 } }],
      ["2001:db8::7 - -", { client: { ip: "2001:db8::7", port: null } }],
      ["unix: - -", { client: { ip: null, port: null } }],
      ["localhost - -", { client: { ip: null, port: null } }],
      ["shop.example 203.0.113.9 - -", { host: "shop.example", client: { ip: "203.0.113.9" } }],
      ["shop.example:443 203.0.113.9 - -", { host: "shop.example", client: { ip: "203.0.113.9" } }],
      ["203.0.113.9, 10.0.0.1, 127.0.0.1 - -", { client: { ip: "203.0.113.9", port: null } }],
      ["203.0.113.9 - [203.0.113.9] - -", { client: { ip: "203.0.113.9", port: null } }],
    ];
    for (const [head, expected] of heads) {
      expect(parse(`${head} ${date} ${rest}`), head).toMatchObject({
        kind: "request",
        endedAt: Date.UTC(2026, 10, 21, 7),
        path: "/a",
        query: "x=1",
        status: 200,
        userAgent: "Mozilla/5.0",
        ...expected,
      });
    }
  });

  it("is rejected where words stand before the date that name no client", () => {
    for (const head of ["one two", "a,"]) {
      expect(parse(`${head} ${date} ${rest}`).kind, head).toBe("rejected");
    }
  });

  it("is read with quotes as NGINX and as Apache escape them", () => {
    for (const agent of ["a \\x22b\\x22 \\\\ c", 'a \\"b\\" \\\\ c']) {
      expect(parse(`10.0.0.1 - - ${date} "GET / HTTP/1.1" 200 1 "-" "${agent}"`)).toMatchObject({
        userAgent: 'a "b" \\ c',
      });
    }
  });

  it("is read with a number before the referer, and with a request that is none", () => {
    expect(
      parse(`10.0.0.1 - - ${date} "- - HTTP/1.0" 400 226 3413 "https://a.example/" "curl"`),
    ).toMatchObject({ method: null, path: null, status: 400, bytesOut: 226, userAgent: "curl" });
  });

  it("tells the tries of ingress-nginx, also of controllers without the canary's name", () => {
    const tail = "10.0.1.4:80, 10.0.1.5:80 0, 59 0.001, 0.020 502, 200 9f2c1a7b5d3e4f60";
    for (const names of ["[shop-web-80] []", "[shop-web-80] [shop-canary-80]", "[shop-web-80]"]) {
      expect(parse(`10.0.0.1 - - ${date} ${rest} 462 0.022 ${names} ${tail}`), names).toMatchObject(
        {
          pool: "shop-web-80",
          node: "10.0.1.5:80",
          durationMs: 22,
          attempts: [
            { node: "10.0.1.4:80", status: 502, durationMs: 1 },
            { node: "10.0.1.5:80", status: 200, durationMs: 20 },
          ],
          correlationIds: ["9f2c1a7b5d3e4f60"],
        },
      );
    }
  });
});

describe("A line of error.log", () => {
  const line = (message: string, upstream = "http://10.0.1.4:8080/a") =>
    `2026/11/21 08:00:00 [error] 5#5: *12 ${message}, client: 10.0.0.9, server: shop, request: "GET /a HTTP/1.1", upstream: "${upstream}", host: "shop.example"`;

  it("tells of the upstream server that failed, whatever the way", () => {
    for (const message of [
      "upstream timed out (110: Connection timed out) while connecting to upstream",
      "upstream server temporarily disabled while reading response header from upstream",
      "upstream prematurely closed connection while reading response header from upstream",
      "connect() failed (111: Connection refused) while connecting to upstream",
      "recv() failed (104: Connection reset by peer) while reading response header from upstream",
      "writev() failed (32: Broken pipe) while sending request to upstream",
      "peer closed connection in SSL handshake while SSL handshaking to upstream",
    ]) {
      expect(parse(line(message)), message).toMatchObject({
        kind: "change",
        change: "node-down",
        at: Date.UTC(2026, 10, 21, 8),
        node: "10.0.1.4:8080",
      });
    }
  });

  it("names the group where no server was left", () => {
    expect(
      parse(line("no live upstreams while connecting to upstream", "http://shop/a")),
    ).toMatchObject({ kind: "change", change: "other", pool: "shop", node: null });
  });

  it("tells what health checks find, and that the configuration was read anew", () => {
    const at = "2026/11/21 08:00:00 [error] 5#5: ";
    expect(
      parse(
        `${at}peer is unhealthy while checking status code, health check "ok" of peer 10.0.1.4:8080 in upstream "shop"`,
      ),
    ).toMatchObject({ change: "node-down", node: "10.0.1.4:8080", pool: "shop" });
    expect(parse(`${at}enable check peer: 10.0.1.4:8080`)).toMatchObject({
      change: "node-up",
      node: "10.0.1.4:8080",
    });
    expect(
      parse("2026/11/21 08:00:00 [notice] 1#1: signal 1 (SIGHUP) received from 99, reconfiguring"),
    ).toMatchObject({ kind: "change", change: "config", node: null });
  });

  it("is rejected where it tells of no upstream server", () => {
    expect(
      parse('2026/11/21 08:00:00 [error] 5#5: *1 open() "/x" failed (2: No such file)'),
    ).toEqual({
      kind: "rejected",
      reason: expect.stringContaining("tells of no upstream server's failure"),
    });
  });
});

describe("A log_format string", () => {
  it("may be pasted bare, with the configuration's own escapes", () => {
    const read = nginxCombined.compile({
      receivedAt: 0,
      formatString: '$time_iso8601\\t$remote_addr\\t"$request_uri"\\t$status\\t$upstream_addr',
    });
    expect(read('2026-11-21T08:00:00+01:00\t10.0.0.1\t"/a"\t200\t10.0.1.4:80')).toMatchObject({
      node: "10.0.1.4:80",
      path: "/a",
    });
  });

  it("may have sticky's verdict, a session's header and a bearer token", () => {
    const read = nginxCombined.compile({
      receivedAt: 0,
      formatString:
        "$msec $upstream_addr $upstream_sticky_status $http_mcp_session_id $cookie_srv_id $upstream_cookie_srv_id",
    });
    expect(read("1795233522.908 10.0.1.4:80 MISS mcp-1 a b")).toMatchObject({
      persistence: { state: "MISS" },
      headers: { "mcp-session-id": "mcp-1" },
      cookies: { srv_id: "a" },
      setCookies: { srv_id: "b" },
    });
  });
});
