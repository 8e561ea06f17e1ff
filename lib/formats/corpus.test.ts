import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { autoParser, findFormat } from "./registry";

/**
 * Replays a folder of real log lines with their expected values (see its
 * README) where HOPWATCH_CORPUS names one. Its field names are mapped to the
 * product's here.
 */
const corpus = process.env.HOPWATCH_CORPUS ?? "";
const receivedAt = Date.UTC(2026, 10, 21, 9);

const upstreamSchema = z.object({
  addr: z.string(),
  status: z.number().nullish(),
  response_time_s: z.number().nullish(),
});
const valuesSchema = z.looseObject({ upstreams: z.array(upstreamSchema).optional() });
const entriesSchema = z.array(
  z.looseObject({ line: z.number(), expected: valuesSchema, log_format: z.string().optional() }),
);
type Values = z.infer<typeof valuesSchema>;

interface Sample {
  line: string;
  expected: Values;
  formatString: string | null;
}

function samplesOf(folder: string, log: string, expectations: string): Sample[] {
  const lines = readFileSync(join(corpus, folder, log), "utf8").split("\n");
  const entries = entriesSchema.parse(
    JSON.parse(readFileSync(join(corpus, folder, expectations), "utf8")),
  );
  return entries.map(({ line, expected, log_format }) => ({
    line: lines[line - 1] ?? "",
    expected,
    formatString:
      log_format ?? (typeof expected.log_format === "string" ? expected.log_format : null),
  }));
}

/** The corpus' names, and where the product has them. */
const readers: Record<string, (request: RequestLine) => unknown> = {
  client_ip: (request) => request.client.ip,
  client_port: (request) => request.client.port,
  frontend: (request) => request.listener,
  backend_pool: (request) => request.pool,
  upstream_name: (request) => request.node,
  request_time_ms: (request) => request.durationMs,
  request_time_s: (request) => request.durationMs !== null && Math.round(request.durationMs) / 1000,
  status: (request) => request.status,
  backend_status: (request) => request.backendStatus,
  bytes_out: (request) => request.bytesOut,
  bytes_in: (request) => request.bytesIn,
  termination_state: (request) => request.termination,
  retries: (request) => request.retries,
  method: (request) => request.method,
  path: (request) => request.path,
  query: (request) => request.query,
  protocol: (request) => request.protocol,
  host: (request) => request.host,
  vhost: (request) => request.host,
  user_agent: (request) => request.userAgent,
  lb: (request) => request.lb,
  tls_version: (request) => request.tls.protocol,
  tls_cipher: (request) => request.tls.cipher,
  error_reason: (request) => request.termination,
  referer: (request) => request.headers.referer,
};

/** Values that name no address, as the corpus writes them. */
const noAddress = new Set(["unix", "-"]);

function check(request: RequestLine, expected: Values, note: string): void {
  for (const [name, read] of Object.entries(readers)) {
    const value = expected[name];
    if (value === undefined || value === null) continue;
    if (name === "client_ip" && typeof value === "string" && noAddress.has(value)) continue;
    // A tracker's own measure, not the balancer's.
    if (name === "request_time_s" && note.startsWith('{"idsite"')) continue;
    if (name === "vhost" && String(value).includes(":")) continue;
    if (name === "client_port" && noAddress.has(String(expected.client_ip))) continue;
    expect.soft(read(request), `${name}: ${note}`).toEqual(value);
  }
  checkTimes(request, expected, note);
  checkNodes(request, expected, note);
  checkIds(request, expected, note);
}

function floored(ms: number | null, resolutionMs: number): number {
  return Math.floor((ms ?? Number.NaN) / resolutionMs) * resolutionMs;
}

function checkTimes(request: RequestLine, expected: Values, note: string): void {
  const { resolutionMs } = request;
  const local = expected.timestamp_local;
  if (typeof local === "string") {
    expect.soft(request.startedAt, `start: ${note}`).toBe(Date.parse(`${local}Z`));
  }
  if (typeof expected.start_time === "string") {
    expect
      .soft(Math.floor(request.startedAt), `start: ${note}`)
      .toBe(Date.parse(expected.start_time));
  }
  if (typeof expected.epoch_s === "number") {
    expect.soft(request.endedAt, `end: ${note}`).toBe(Math.round(expected.epoch_s * 1000));
  } else if (typeof expected.timestamp === "string" && typeof local !== "string") {
    const written =
      request.termination?.length === 4 && request.retries !== null
        ? request.startedAt
        : request.endedAt;
    expect
      .soft(floored(written, Math.max(1, resolutionMs)), `time: ${note}`)
      .toBe(Date.parse(expected.timestamp));
  }
}

function checkNodes(request: RequestLine, expected: Values, note: string): void {
  const server = expected.server_field;
  if (typeof server === "string" && server.startsWith("<")) {
    expect.soft(request.node, `node: ${note}`).toBeNull();
    expect.soft(request.attempts, `attempts: ${note}`).toEqual([]);
  }
  const address = expected.upstream_addr;
  if (typeof address === "string" && /:\d+$|^unix:/.test(address)) {
    expect.soft([request.node, request.nodeAddress], `node: ${note}`).toContain(address);
  }
  if (expected.upstreams) {
    const tried = expected.upstreams.filter(({ addr }) => /:\d+$|^unix:/.test(addr));
    expect
      .soft(
        request.attempts.map(({ node }) => node),
        `attempts: ${note}`,
      )
      .toEqual(
        expected.field_count !== undefined && tried.length === 0 && request.node !== null
          ? [request.node]
          : tried.map(({ addr }) => addr),
      );
    for (const [index, { status, response_time_s }] of tried.entries()) {
      const attempt = request.attempts[index];
      if (status !== undefined)
        expect.soft(attempt?.status, `status ${index}: ${note}`).toBe(status);
      if (typeof response_time_s === "number") {
        expect
          .soft(attempt?.durationMs, `time ${index}: ${note}`)
          .toBeCloseTo(response_time_s * 1000, 6);
      }
    }
  }
  const blocks = [
    ["captured_request_headers", "capture.req.hdr"],
    ["captured_response_headers", "capture.res.hdr"],
  ] as const;
  for (const [field, name] of blocks) {
    const headers = z.array(z.string()).safeParse(expected[field]);
    if (!headers.success) continue;
    const captured = headers.data.map((_, index) => request.captures[`${name}(${index})`] ?? "");
    expect.soft(captured, `${field}: ${note}`).toEqual(headers.data);
  }
}

function checkIds(request: RequestLine, expected: Values, note: string): void {
  if (typeof expected.request_id === "string") {
    expect.soft(request.correlationIds, `ids: ${note}`).toContain(expected.request_id);
  }
  const trace = expected.trace_id;
  if (typeof trace === "string" && trace.startsWith("00-")) {
    expect.soft(request.correlationIds, `ids: ${note}`).toContain(trace.slice(3, 35));
  } else if (typeof trace === "string") {
    const root = /Root=([^;]+)/.exec(trace);
    if (root) expect.soft(request.correlationIds, `ids: ${note}`).toEqual([root[1]]);
  }
  const told = [...Object.values(request.cookies), ...Object.values(request.captures)];
  for (const field of ["session_cookie", "persistence_cookie"]) {
    if (typeof expected[field] === "string")
      expect.soft(told, `${field}: ${note}`).toContain(expected[field]);
  }
  if (typeof expected.set_session_cookie === "string") {
    expect.soft(Object.values(request.setCookies), note).toContain(expected.set_session_cookie);
  }
}

const replayed: [folder: string, format: string, formatString: string | null][] = [
  ["haproxy-http", "haproxy-http", null],
  ["haproxy-https", "haproxy-https", null],
  ["haproxy-tcp", "haproxy-tcp", null],
  ["haproxy-custom", "haproxy-custom", null],
  ["nginx-combined", "nginx-combined", null],
  [
    "nginx-upstream",
    "nginx-upstream",
    `log_format lab_upstream '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time ua="$upstream_addr" us="$upstream_status" uct="$upstream_connect_time" uht="$upstream_header_time" urt="$upstream_response_time" url="$upstream_response_length" host="$host" rid=$request_id tp="$http_traceparent" sid="$cookie_sessionid" setsid="$upstream_cookie_sessionid"';`,
  ],
  ["nginx-json", "nginx-json", null],
  [
    "ingress-nginx",
    "nginx-custom",
    `'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id'`,
  ],
  ["aws-alb", "aws-alb", null],
];

function parserOf(format: string, formatString: string | null): (line: string) => ParsedLine {
  const string = formatString?.startsWith("option httplog clf")
    ? "option httplog clf"
    : formatString;
  const parse = findFormat(format)?.compile({ formatString: string, receivedAt });
  if (!parse) throw new Error(`no format ${format}`);
  return parse;
}

describe.runIf(corpus !== "")("The corpus of real log lines", () => {
  for (const [folder, format, formatString] of replayed) {
    it(`${folder} reads as its sources say`, () => {
      for (const sample of samplesOf(folder, "samples.log", "expected.json")) {
        const parse = parserOf(format, formatString ?? sample.formatString);
        const parsed = parse(sample.line);
        if (parsed.kind !== "request") {
          expect.soft(parsed, sample.line.slice(0, 200)).toMatchObject({ kind: "request" });
        } else check(parsed, sample.expected, sample.line.slice(0, 120));
      }
    });
  }

  it("lines with appended upstream fields and ingress lines need no format string", () => {
    for (const [folder, log] of [
      ["nginx-upstream", "upstream_time.log"],
      ["ingress-nginx", "samples.log"],
      ["ingress-nginx", "tricky.log"],
    ] as const) {
      const expectations =
        log === "samples.log" ? "expected.json" : log.replace(".log", "-expected.json");
      const parse = parserOf("nginx", null);
      for (const { line, expected } of samplesOf(folder, log, expectations)) {
        const parsed = parse(line);
        if (parsed.kind !== "request") expect.soft(parsed).toMatchObject({ kind: "request" });
        else if (log === "upstream_time.log") {
          expect
            .soft(parsed.durationMs, line)
            .toBeCloseTo(Number(expected.request_time_s) * 1000, 6);
        } else check(parsed, expected, line.slice(0, 120));
      }
    }
  });

  it("tricky lines of HAProxy and ALB read as their notes say, or are rejected with a reason", () => {
    for (const [folder, format] of [
      ["haproxy-http", "haproxy-http"],
      ["aws-alb", "aws-alb"],
    ] as const) {
      const parse = parserOf(format, null);
      for (const { line, expected } of samplesOf(folder, "tricky.log", "tricky-expected.json")) {
        const parsed = parse(line);
        if (Object.keys(expected).length > 0 && expected.kind === undefined) {
          expect.soft(parsed, line.slice(0, 120)).toMatchObject({ kind: "request" });
          if (parsed.kind === "request") check(parsed, expected, line.slice(0, 120));
        }
        if (expected.kind !== undefined) expect.soft(parsed.kind, line).toBe("rejected");
      }
    }
  });

  it("tricky lines of NGINX are read by the format that is given with them, as far as it has a date", () => {
    for (const { line, formatString } of samplesOf(
      "nginx-upstream",
      "tricky.log",
      "tricky-expected.json",
    )) {
      if (!formatString?.includes("$")) continue;
      const parsed = parserOf("nginx-custom", formatString)(line);
      const said = parsed.kind === "rejected" ? parsed.reason.slice(0, 7) : parsed.kind;
      expect.soft(said, line).toBe(formatString.includes("$time_local") ? "request" : "no date");
    }
  });

  it("state lines become changes of the server that they name", () => {
    const kinds: Record<string, string> = {
      up: "node-up",
      down: "node-down",
      maintenance: "node-maintenance",
    };
    const parse = parserOf("haproxy-events", null);
    for (const { line, expected } of samplesOf("haproxy-events", "samples.log", "expected.json")) {
      const parsed = parse(line);
      if (typeof expected.state === "string") {
        expect.soft(parsed, line).toMatchObject({
          kind: "change",
          change: kinds[expected.state],
          pool: expected.backend_pool,
          node: expected.upstream_name,
        });
      } else if (expected.event === "no_server_available") {
        expect
          .soft(parsed, line)
          .toMatchObject({ kind: "change", pool: expected.backend_pool, node: null });
      } else if (expected.event === "proxy_started") {
        expect.soft(parsed, line).toMatchObject({ kind: "change", change: "config" });
      } else expect.soft(parsed.kind, line).toBe("rejected");
    }
  });

  it("error.log's failures name the upstream server", () => {
    if (!existsSync(join(corpus, "nginx-error"))) return;
    const parse = parserOf("nginx", null);
    for (const { line, expected } of samplesOf("nginx-error", "samples.log", "expected.json")) {
      const parsed = parse(line);
      const event = expected.upstream_event;
      if (event === "connect_failed" || event === "timed_out" || event === "upstream_closed") {
        expect
          .soft(parsed, line)
          .toMatchObject({ kind: "change", change: "node-down", node: expected.upstream_addr });
      } else if (event === "no_live_upstreams") {
        expect.soft(parsed, line).toMatchObject({ kind: "change", node: null });
      } else expect.soft(parsed.kind, line).toBe("rejected");
    }
  });

  it("auto reads mixed lines as each one's own format would", () => {
    const auto = autoParser({ receivedAt });
    const mixed = replayed
      .filter(([, , formatString]) => formatString === null)
      .filter(([folder]) => folder !== "haproxy-custom")
      .flatMap(([folder, format]) =>
        samplesOf(folder, "samples.log", "expected.json").map(({ line }, index) => ({
          line,
          format,
          index,
        })),
      )
      .sort((a, b) => a.index - b.index);
    for (const { line, format } of mixed) {
      const own = parserOf(format, null)(line);
      if (own.kind === "request" && !line.startsWith('{"idsite"'))
        expect.soft(auto(line)).toEqual(own);
    }
  });
});
