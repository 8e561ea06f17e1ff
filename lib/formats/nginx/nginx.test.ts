import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { FormatStringError } from "../format";
import { nginxCombined } from ".";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const samples = readFileSync(new URL("samples.log", import.meta.url), "utf8")
  .trim()
  .split("\n");

function parse(line: string, formatString: string | null = null): ParsedLine {
  return nginxCombined.compile({ formatString, receivedAt })(line);
}

function request(line: string, formatString: string | null = null): RequestLine {
  const parsed = parse(line, formatString);
  if (parsed.kind !== "request") throw new Error(`no request: ${JSON.stringify(parsed)}`);
  return parsed;
}

function reason(line: string, formatString: string | null = null): string {
  const parsed = parse(line, formatString);
  return parsed.kind === "rejected" ? parsed.reason : `not rejected: ${parsed.kind}`;
}

describe("NGINX's combined format", () => {
  it("tells all that it holds, unescaped, to the second", () => {
    expect(request(samples[0] ?? "")).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      durationMs: null,
      resolutionMs: 1000,
      client: { ip: "127.0.0.1" },
      method: "GET",
      path: "/login",
      query: "a=1&b=%20",
      status: 200,
      bytesOut: 6,
      userAgent: 'Moz (X; "q" \\ é) x',
      node: null,
      attempts: [],
      upgrade: false,
    });
  });

  it("understands values that were appended with their names", () => {
    expect(request(samples[1] ?? "")).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 7, 12, 33) - 1,
      durationMs: 1,
      node: "127.0.0.1:19102",
      attempts: [
        { node: "127.0.0.1:19109", status: 502, durationMs: 0 },
        { node: "127.0.0.1:19102", status: 200, durationMs: 1 },
      ],
      correlationIds: ["fc5198bf8f356ac8e8d00e0cec5495c2"],
    });
  });

  it("understands what ingress-nginx appends, retries included", () => {
    const line = `10.0.0.7 - - [21/Nov/2026:08:12:32 +0000] "GET / HTTP/2.0" 200 28 "-" "curl" 60 0.683 [shop-web-80] [] 10.0.0.1:443, [2001:db8::2]:443 : 10.0.0.3:443 0, - : 39 0.096, - : 0.496 502, - : 200 d0f69894df9d4b231eca7773a6759ba2`;
    expect(request(line)).toMatchObject({
      pool: "shop-web-80",
      bytesIn: 60,
      durationMs: 683,
      node: "10.0.0.3:443",
      backendStatus: 200,
      attempts: [
        { node: "10.0.0.1:443", status: 502, durationMs: 96 },
        { node: "[2001:db8::2]:443", status: null, durationMs: null },
        { node: "10.0.0.3:443", status: 200, durationMs: 496 },
      ],
      correlationIds: ["d0f69894df9d4b231eca7773a6759ba2"],
    });
  });

  it("reads a host in front and a request that is none", () => {
    const line =
      'shop.example:443 10.0.0.7 - - [21/Nov/2026:08:12:32 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"';
    expect(request(line)).toMatchObject({
      host: "shop.example",
      method: null,
      path: null,
      status: 400,
    });
  });

  it("is rejected with the variable's name where it breaks", () => {
    const line = samples[0] ?? "";
    expect(reason(line.replace("200 6", "abc 6"))).toBe(
      'field "$status": expected a status code, got "abc"',
    );
    expect(reason(line.slice(0, 60))).toMatch(/^field "\$request": .* ends there$/);
    expect(reason("garbage")).toMatch(/^field "\$time_local"/);
  });
});

describe("NGINX's log_format strings", () => {
  const statement = `log_format one '$msec $remote_addr:$remote_port $scheme://$host$request_uri $request_method $status '
      '$request_time $upstream_addr [$upstream_status] $upstream_response_time "$http_cookie" "$sent_http_set_cookie" "$upstream_cookie_sid" $http_user_agent';`;

  it("may be pasted as the whole statement, on several lines", () => {
    const line = String.raw`1795248752.334 127.0.0.1:57900 http://shop.example/login?a=1 GET 200 0.001 127.0.0.1:19109, 127.0.0.1:19102 [502, 200] 0.000, 0.001 "sid=s-1; theme=d=k" "sid=s-2; Path=/; HttpOnly" "s-2" Moz (X; \x22q\x22 \xC3\xA9) x`;
    expect(request(line, statement)).toMatchObject({
      startedAt: 1795248752333,
      endedAt: 1795248752334,
      resolutionMs: 1,
      client: { ip: "127.0.0.1", port: 57900 },
      host: "shop.example",
      path: "/login",
      query: "a=1",
      node: "127.0.0.1:19102",
      cookies: { sid: "s-1", theme: "d=k" },
      setCookies: { sid: "s-2" },
      userAgent: 'Moz (X; "q" é) x',
    });
  });

  it("have no node where only the group's name was logged, nor where nothing was", () => {
    const dead = `1795248752.366 127.0.0.1:57942 http://shop.example/dead GET 502 0.000 dead [502] 0.000 "-" "-" "-" curl`;
    expect(request(dead, statement)).toMatchObject({
      node: null,
      attempts: [],
      pool: "dead",
      backendStatus: 502,
    });
    const local = `1795248752.373 127.0.0.1:57952 http://shop.example/x GET 200 0.000 - [-] - "-" "-" "-" -`;
    expect(request(local, statement)).toMatchObject({
      node: null,
      attempts: [],
      userAgent: null,
      cookies: {},
    });
  });

  it("read escape=json with numbers outside quotes, which plain JSON would refuse when empty", () => {
    const format = `log_format two escape=json '{"t":"$time_iso8601","uri":"$uri$is_args$args","st":$status,"up":$upstream_status,"ua":"$http_user_agent","sid":"$cookie_sid","tp":"$http_traceparent","amz":"$http_x_amzn_trace_id","foo":"$foo"}';`;
    const line = `{"t":"2026-11-21T08:12:32+00:00","uri":"/a?b=1","st":200,"up":,"ua":"a \\"b\\",\\"sid\\":\\"x\\" é","sid":"s-1","tp":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","amz":"Self=1-2;Root=1-67891233-abcdef012345678912345678","foo":"bar"}`;
    expect(request(line, format)).toMatchObject({
      path: "/a",
      query: "b=1",
      status: 200,
      userAgent: 'a "b","sid":"x" é',
      cookies: { sid: "s-1" },
      correlationIds: ["4bf92f3577b34da6a3ce929d0e0e4736", "1-67891233-abcdef012345678912345678"],
      captures: { $foo: "bar" },
      resolutionMs: 1000,
    });
  });

  it("read escape=none, where a quoted value may hold quotes", () => {
    const format = `log_format three escape=none '[$time_local] $remote_addr $status "$http_user_agent" \${request_time}s <$upstream_addr|$upstream_status> $request';`;
    const line = `[21/Nov/2026:08:12:32 +0000] 127.0.0.1 200 "Moz (X; "q" é) x" 0.007s <127.0.0.1:19101|200> GET /login?a=1 HTTP/1.1`;
    expect(request(line, format)).toMatchObject({
      userAgent: 'Moz (X; "q" é) x',
      durationMs: 7,
      node: "127.0.0.1:19101",
      path: "/login",
    });
  });

  it("map headers and cookies, and keep several cookies set at once apart", () => {
    const parsed = request(
      '1795248752.001 "sid=s-2; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/, old=; Max-Age=0" en-GB rid-7 HIT',
      '$msec "$sent_http_set_cookie" $http_accept_language $http_x_request_id $sent_http_x_cache',
    );
    expect(parsed).toMatchObject({
      setCookies: { sid: "s-2", old: "" },
      headers: { "accept-language": "en-GB", "x-request-id": "rid-7" },
      responseHeaders: { "x-cache": "HIT" },
      correlationIds: ["rid-7"],
    });
  });

  it("reject a line of another format with the field where it breaks", () => {
    expect(reason("1795248752.001 abc", "$msec $status $request_time")).toMatch(
      /^field 2 "\$status"/,
    );
    expect(reason("1795248752.001 200", "$msec $status $request_time")).toContain('" "');
    expect(reason("10.0.0.7 200", "$remote_addr $status")).toMatch(/^no date/);
  });

  it("are refused where they cannot be understood", () => {
    const refused = (string: string) => () =>
      nginxCombined.compile({ formatString: string, receivedAt });
    expect(refused("$remote_addr $ $status")).toThrow(FormatStringError);
    expect(refused("$remote_addr $ $status")).toThrow("column 14");
    expect(refused("log_format x '$remote_addr")).toThrow("is not closed");
    expect(refused("plain text")).toThrow("holds no variable");
  });
});

describe("NGINX's JSON lines", () => {
  it("need no format string when their members have the usual names", () => {
    expect(request(samples[2] ?? "")).toMatchObject({
      startedAt: 1795248752333,
      resolutionMs: 1,
      node: "127.0.0.1:19102",
      status: 200,
      cookies: { sid: "s-1" },
      setCookies: { sid: "s-app2-77" },
      correlationIds: ["r-9"],
      userAgent: 'Moz (X; "q" \\ é) x',
    });
  });

  it("are rejected when they are cut or hold no request", () => {
    expect(reason((samples[2] ?? "").slice(0, -9))).toContain("begins like JSON");
    expect(reason('{"level":"info","msg":"started"}')).toContain(
      "without the members of an access log",
    );
    expect(reason('{"remote_addr":"10.0.0.7","status":"abc","time":"2026-11-21T08:12:32Z"}')).toBe(
      'member "status": expected a whole number, got "abc"',
    );
  });
});

describe("NGINX's error.log", () => {
  it("marks the upstream server that failed", () => {
    expect(parse(samples[3] ?? "")).toMatchObject({
      kind: "change",
      at: Date.UTC(2026, 10, 21, 8, 12, 6),
      change: "node-down",
      node: "127.0.0.1:19109",
      title:
        "127.0.0.1:19109: connect() failed (111: Connection refused) while connecting to upstream",
    });
  });

  it("rejects what tells nothing of a node", () => {
    expect(reason("2026/11/21 08:12:06 [notice] 7#7: start worker processes")).toContain(
      "no upstream server's failure",
    );
  });
});
