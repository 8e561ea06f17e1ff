import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { FormatStringError } from "../format";
import { haproxyHttp } from ".";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const samples = readFileSync(new URL("samples.log", import.meta.url), "utf8")
  .trim()
  .split("\n");

function parse(line: string, formatString: string | null = null, timezone?: string): ParsedLine {
  return haproxyHttp.compile({ formatString, timezone, receivedAt })(line);
}

function request(line: string, formatString: string | null = null, timezone?: string): RequestLine {
  const parsed = parse(line, formatString, timezone);
  if (parsed.kind !== "request") throw new Error(`no request: ${JSON.stringify(parsed)}`);
  return parsed;
}

function reason(line: string, formatString: string | null = null): string {
  const parsed = parse(line, formatString);
  return parsed.kind === "rejected" ? parsed.reason : `not rejected: ${parsed.kind}`;
}

const httplog = (change: Partial<Record<"timers" | "flags" | "counts" | "server", string>> = {}) =>
  `10.0.0.7:33317 [21/Nov/2026:12:14:14.655] shop~ ${change.server ?? "web/app1"} ${change.timers ?? "10/0/30/69/109"} 200 2750 - - ${change.flags ?? "--NI"} ${change.counts ?? "1/1/1/1/0"} 0/0 "GET /index.html HTTP/1.1"`;

describe("HAProxy's option httplog", () => {
  it("tells node, pool, times, captures and cookies of a line with a syslog header", () => {
    expect(request(samples[0] ?? "")).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 9, 59, 867),
      endedAt: Date.UTC(2026, 10, 21, 8, 9, 59, 871),
      durationMs: 4,
      resolutionMs: 1,
      lb: "lbtest",
      listener: "f_http",
      pool: "web",
      node: "app2",
      attempts: [{ node: "app2", status: 200, durationMs: 4 }],
      client: { ip: "127.0.0.1", port: 55674 },
      method: "GET",
      path: "/login",
      query: "x=1&y=",
      status: 200,
      bytesOut: 221,
      cookies: { sid: "s-abc-1" },
      setCookies: { sid: "s-app2-77" },
      captures: {
        "capture.req.hdr(0)": 'rid-123 "x" {y|z}',
        "capture.req.hdr(1)": 'Mozilla/5.0 (X; "q" \\ #a)',
        "capture.res.hdr(0)": "app2",
      },
      termination: "--VN",
      persistence: { presented: null, inserted: null, state: "VN" },
      retries: 0,
      redispatched: false,
      upgrade: false,
    });
  });

  it("marks a redispatched request and leaves empty captures out", () => {
    expect(request(samples[1] ?? "")).toMatchObject({
      retries: 1,
      redispatched: true,
      termination: "--DI",
      persistence: { state: "DI" },
      captures: { "capture.res.hdr(0)": "app1" },
    });
  });

  it("has no node where no server was reached", () => {
    const line = httplog({ server: "shop/<NOSRV>", timers: "0/-1/-1/-1/5", flags: "SC--" });
    expect(request(line)).toMatchObject({
      node: null,
      attempts: [],
      pool: "shop",
      termination: "SC--",
    });
  });

  it("has no end and no duration where the total was never reached", () => {
    expect(request(httplog({ timers: "-1/-1/-1/-1/-1" }))).toMatchObject({
      durationMs: null,
      endedAt: null,
    });
  });

  it("does not blame a server for the status that HAProxy made", () => {
    const refused = request(httplog({ flags: "PH--" }));
    expect(refused.attempts).toEqual([{ node: "app1", status: null, durationMs: 69 }]);
  });

  it("reads the client's address to the last colon", () => {
    expect(request(httplog().replace("10.0.0.7:", "2001:db8::7:")).client).toEqual({
      ip: "2001:db8::7",
      port: 33317,
    });
    expect(request(httplog().replace("10.0.0.7:33317", "unix:1")).client).toEqual({
      ip: null,
      port: null,
    });
  });

  it("takes a trace id out of whatever header was captured", () => {
    const line = httplog().replace(
      ' "GET',
      ' {00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01} "GET',
    );
    expect(request(line).correlationIds).toEqual(["4bf92f3577b34da6a3ce929d0e0e4736"]);
  });

  it("reads a request that the length limit cut", () => {
    const cut = httplog().slice(0, -12);
    expect(request(cut)).toMatchObject({ method: "GET", path: "/index.ht", protocol: null });
  });

  it("reads httpslog's TLS version and cipher after the request", () => {
    const line = `${httplog()} 0/0000000000000000/0/0/0 shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384`;
    expect(request(line)).toMatchObject({
      tls: { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
      captures: { ssl_fc_sni: "shop.example" },
    });
  });

  it("reads tcplog, which has neither request nor status", () => {
    expect(request(samples[3] ?? "")).toMatchObject({
      pool: "tcpb",
      node: "app1",
      durationMs: 1,
      status: null,
      method: null,
      termination: "--",
      persistence: { state: null },
      upgrade: null,
    });
  });

  it("reads CLF with its quoted names and cookies", () => {
    expect(request(samples[2] ?? "")).toMatchObject({
      listener: "f_clf",
      pool: "web",
      node: "app2",
      client: { ip: "127.0.0.1", port: 55102 },
      cookies: { sid: "s-abc-1" },
      termination: "--VN",
      resolutionMs: 1000,
    });
  });

  it("reads dates in the source's time zone, across a change of the clock", () => {
    const at = (date: string) =>
      request(httplog().replace("21/Nov/2026:12:14:14.655", date), null, "Europe/Berlin").startedAt;
    expect(at("21/Nov/2026:12:14:14.655")).toBe(Date.UTC(2026, 10, 21, 11, 14, 14, 655));
    expect(at("25/Oct/2026:01:59:59.000")).toBe(Date.UTC(2026, 9, 24, 23, 59, 59));
    expect(at("25/Oct/2026:02:30:00.000")).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(at("25/Oct/2026:03:00:00.000")).toBe(Date.UTC(2026, 9, 25, 2));
    expect(at("29/Mar/2026:03:00:00.000")).toBe(Date.UTC(2026, 2, 29, 1));
  });

  it("reads every framing of syslog", () => {
    const framings = [
      "",
      "haproxy[7]: ",
      "Nov 21 12:14:14 haproxy[7]: ",
      "Nov  6 12:14:14 lb1 haproxy[7]: ",
      "<134>Nov 21 12:14:14 lb1 haproxy[7]: ",
      "2026-11-21T12:14:14.655+00:00 lb1 haproxy[7]: ",
      '<134>1 2026-11-21T12:14:14.655Z lb1 haproxy 7 - [meta a="x \\" ] y"] ',
      "421 <134>1 2026-11-21T12:14:14.655Z lb1 haproxy 7 - - ",
    ];
    for (const framing of framings) {
      const parsed = request(framing + httplog());
      expect(parsed.startedAt, framing).toBe(Date.UTC(2026, 10, 21, 12, 14, 14, 655));
      expect(parsed.lb, framing).toBe(framing.includes("lb1") ? "lb1" : null);
    }
  });
});

describe("What is no HAProxy request", () => {
  it("is rejected with the field, what belongs there and what stood there", () => {
    expect(reason(httplog({ timers: "abc" }))).toBe(
      'field 6 "%TR/%Tw/%Tc/%Tr/%Ta": expected 5 timers (3 in a TCP log), got "abc"',
    );
    expect(reason(httplog({ flags: "?" }))).toMatch(/^field 11 "%tsc"/);
    expect(reason(httplog({ counts: "1/2" }))).toMatch(/^field 12 .* got "1\/2"$/);
    expect(reason(httplog().slice(0, 48))).toMatch(/^field 5 "%b\/%s": .* ends there$/);
    expect(reason("hello world")).toMatch(/^field 2 "%ci:%cp"/);
    expect(reason("\u0000\u0001binary")).toBe("binary data: a NUL byte at column 1");
  });

  it("never shows a cookie's value in the reason", () => {
    const secret = "SESSIONID=f81d4fae7dec11d0a76500a0c91e6bf6";
    expect(reason(httplog().replace(" - - --NI", ` ${secret} `))).not.toContain("7dec11d0");
    expect(reason(httplog().replace("web/app1", secret))).not.toContain("7dec11d0");
  });

  it("names the listener of a connection that failed before its request", () => {
    expect(reason("10.0.0.7:1 [21/Nov/2026:12:14:14.655] shop/tls: SSL handshake failure")).toBe(
      "connection error line of shop/tls, no request was read: SSL handshake failure",
    );
  });
});

describe("HAProxy's state lines", () => {
  const state = (message: string) => {
    const parsed = parse(`<129>Nov 21 08:09:59 lb1 haproxy[7]: ${message}`);
    return parsed.kind === "change" ? [parsed.change, parsed.pool, parsed.node] : parsed.kind;
  };

  it("become changes of the server that they name", () => {
    const tail =
      " 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.";
    expect(
      state(`Server web/app1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.${tail}`),
    ).toEqual(["node-down", "web", "app1"]);
    expect(
      state(
        `Backup Server web/app9 is UP, reason: Layer7 check passed, code: 200, check duration: 3ms.${tail}`,
      ),
    ).toEqual(["node-up", "web", "app9"]);
    expect(state(`Server web/app1 is going DOWN for maintenance.${tail}`)).toEqual([
      "node-maintenance",
      "web",
      "app1",
    ]);
    expect(state("Server web/app1 is UP/READY (leaving forced maintenance).")).toEqual([
      "node-up",
      "web",
      "app1",
    ]);
    expect(state(`Server web/app1 enters drain state.${tail}`)).toEqual([
      "node-drain",
      "web",
      "app1",
    ]);
    expect(state("Server web/app1 is UP (leaving forced drain).")).toEqual([
      "node-up",
      "web",
      "app1",
    ]);
    expect(
      state(
        "Health check for server web/app1 failed, reason: Layer7 wrong status, code: 503, status: 2/3 UP.",
      ),
    ).toEqual(["other", "web", "app1"]);
    expect(state("backend web has no server available!")).toEqual(["other", "web", null]);
    expect(state("Proxy web started.")).toEqual(["config", null, null]);
    expect(state("Paused frontend web.")).toEqual(["config", null, null]);
    expect(state("Server web/app1 is UP/DRAIN (leaving forced maintenance).")).toEqual([
      "node-drain",
      "web",
      "app1",
    ]);
    expect(state("Stopping backend web in 0 ms.")).toEqual(["config", "web", null]);
    expect(state("Proxy web stopped (cumulated conns: FE: 0, BE: 12).")).toEqual([
      "config",
      null,
      null,
    ]);
  });

  it("carry the header's time and host and a title without counters", () => {
    expect(parse(samples[4] ?? "")).toMatchObject({
      kind: "change",
      at: Date.UTC(2026, 10, 21, 8, 9, 59),
      lb: "lbtest",
      title:
        'Server other/s1 is DOWN, reason: Layer4 connection problem, info: "Connection refused"',
    });
  });

  it("take the year that brings a date without one nearest to when it came", () => {
    const parsed = haproxyHttp.compile({ receivedAt: Date.UTC(2027, 0, 1, 0, 5) })(
      "Dec 31 23:59:59 lb1 haproxy[7]: Server web/app1 is DOWN.",
    );
    expect(parsed).toMatchObject({ at: Date.UTC(2026, 11, 31, 23, 59, 59) });
  });
});

describe("A log-format string", () => {
  it("reads its own defaults as the built-in options do", () => {
    const string =
      "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";
    for (const line of [httplog(), samples[0] ?? "", samples[1] ?? ""]) {
      expect(request(line, string)).toEqual(request(line));
    }
    expect(request(samples[2] ?? "", "option httplog clf")).toEqual(request(samples[2] ?? ""));
    expect(request(httplog(), "option httplog")).toEqual(request(httplog()));
  });

  it("reads JSON that was written with quotes escaped for the configuration file", () => {
    const format = String.raw`log-format "{\"ts\":\"%tr\",\"ip\":\"%ci\",\"srv\":\"%s\",\"addr\":\"%si:%sp\",\"ms\":%Ta,\"st\":%ST,\"sid\":\"%[var(txn.sid)]\",\"tp\":\"%[req.hdr(traceparent)]\",\"ua\":\"%[capture.req.hdr(0),json]\"}"`;
    const line =
      '{"ts":"21/Nov/2026:03:58:22.235","ip":"10.0.0.7","srv":"app3","addr":"10.0.1.3:9103","ms":12,"st":200,"sid":"s-9","tp":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","ua":"a \\"b\\" c"}';
    expect(request(line, format)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 3, 58, 22, 235),
      durationMs: 12,
      client: { ip: "10.0.0.7" },
      node: "app3",
      nodeAddress: "10.0.1.3:9103",
      captures: { "var(txn.sid)": "s-9", "capture.req.hdr(0)": 'a "b" c' },
      headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
      correlationIds: ["4bf92f3577b34da6a3ce929d0e0e4736"],
    });
  });

  it("reads quotes that HAProxy left in a quoted value, and values with escapes", () => {
    expect(
      request(
        '10.0.0.7 "Mozilla/5.0 (X; "q" #a)" flags=--VN [21/Nov/2026:08:09:59 +0100] 933',
        "%ci %{+Q}[capture.req.hdr(0)] flags=%tsc [%T] %ms",
      ),
    ).toMatchObject({
      captures: { "capture.req.hdr(0)": 'Mozilla/5.0 (X; "q" #a)' },
      startedAt: Date.UTC(2026, 10, 21, 7, 9, 59, 933),
      resolutionMs: 1,
    });
    expect(
      request(
        '"127.0.0.1" 35228 "a \\"q\\" \\\\" "GET / HTTP/1.1" 1795248599',
        "%{+Q,+E}o %ci %cp %[capture.req.hdr(0)] %r %Ts",
      ),
    ).toMatchObject({
      client: { ip: "127.0.0.1", port: 35228 },
      captures: { "capture.req.hdr(0)": 'a "q" \\' },
      path: "/",
    });
  });

  it("reads hexadecimal addresses, ports and times, and leaves decimal what HAProxy leaves decimal", () => {
    const parsed = request(
      "7F000001:9CC0 6B0151D7.396 web/app1 7F000001:4A9D 200 121 1 GET /plain?a=b HTTP/1.1",
      "%{+X}o %ci:%cp %Ts.%ms %b/%s %si:%sp %ST %B %Ta %HM %HP%HQ %HV",
    );
    expect(parsed).toMatchObject({
      client: { ip: "127.0.0.1", port: 40128 },
      startedAt: 0x6b0151d7 * 1000 + 0x396,
      nodeAddress: "127.0.0.1:19101",
      status: 200,
      path: "/plain",
      query: "a=b",
    });
  });

  it("counts the start from the first byte where only the accept date and the waits are logged", () => {
    const parsed = request(
      "[21/Nov/2026:12:00:00.000] 5 1000 40 1045 web/app1",
      "[%t] %Th %Ti %Ta %Tt %b/%s",
    );
    expect(parsed.startedAt).toBe(Date.UTC(2026, 10, 21, 12, 0, 1, 5));
    expect(parsed).toMatchObject({ durationMs: 40, endedAt: Date.UTC(2026, 10, 21, 12, 0, 1, 45) });
  });

  it("knows the fetches that name what a request has a place for", () => {
    const parsed = request(
      "10.0.0.7:5 rid-1 sid-1 shop.example:8443 1 2 200 1795248599961 -",
      "%[src]:%[src_port] %[unique-id] %[req.cook(sid)] %[req.hdr(Host)] %[txn.redispatched] %[txn.conn_retries] %[txn.status] %[request_date(ms)] %[req.hdr(X-Nothing)]",
    );
    expect(parsed).toMatchObject({
      client: { ip: "10.0.0.7", port: 5 },
      correlationIds: ["rid-1"],
      cookies: { sid: "sid-1" },
      host: "shop.example",
      redispatched: true,
      retries: 2,
      status: 200,
      startedAt: 1795248599961,
      headers: {},
    });
  });

  it("reads %{+json}o by the items' names", () => {
    const line =
      '{"client": "10.0.0.7", "at": "21/Nov/2026:12:00:00.000", "flags": "--VN", "ms": 7}';
    expect(request(line, "%{+json}o %(client)ci %(at)tr %(flags)tsc %(ms:sint)Ta")).toMatchObject({
      client: { ip: "10.0.0.7" },
      termination: "--VN",
      durationMs: 7,
    });
  });

  it("is refused with the column where it cannot be understood", () => {
    const refused = (string: string) => () =>
      haproxyHttp.compile({ formatString: string, receivedAt });
    expect(refused("%ci %nope")).toThrow(FormatStringError);
    expect(refused("%ci %nope")).toThrow("column 5: HAProxy knows no variable %nope");
    expect(refused("%[src")).toThrow("column 2: the expression's bracket is not closed");
    expect(refused("%{+cbor}o %ci")).toThrow("CBOR");
    expect(refused("no variable")).toThrow("holds no variable");
  });

  it("rejects a line that goes on after the format's end, and one without any date", () => {
    expect(reason("10.0.0.7 200 more", "%ci %ST")).toContain("%ST");
    expect(reason("10.0.0.7 200", "%ci %ST")).toMatch(/^no date/);
  });
});
