import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { parseLine } from "@/lib/ingest/parse-line";
import { recordsIn } from "@/lib/ingest/record-list";
import { readSessionEvent } from "@/lib/schemas/events";
import { autoParser, detectFormat, findFormat } from "./registry";
import { hostWithoutPort } from "./request-fact";

/** The corpus' folders of the other balancers; see corpus.test.ts. */
const corpus = process.env.HOPWATCH_CORPUS ?? "";
const receivedAt = Date.UTC(2026, 10, 21, 9);

const entriesSchema = z.array(
  z.looseObject({ line: z.number(), expected: z.record(z.string(), z.unknown()) }),
);
type Values = Record<string, unknown>;

function linesOf(folder: string, log = "samples.log"): string[] {
  return readFileSync(join(corpus, folder, log), "utf8").split("\n");
}

function samplesOf(
  folder: string,
  log = "samples.log",
  expectations = "expected.json",
): { line: string; expected: Values }[] {
  const lines = linesOf(folder, log);
  const entries = entriesSchema.parse(
    JSON.parse(readFileSync(join(corpus, folder, expectations), "utf8")),
  );
  return entries.map(({ line, expected }) => ({ line: lines[line - 1] ?? "", expected }));
}

const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms * 1000) / 1e6);
const rounded = (value: unknown) =>
  typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value;

const readers: Record<string, (request: RequestLine) => unknown> = {
  client_port: (request) => request.client.port,
  frontend: (request) => request.listener,
  zone: (request) => request.listener,
  endpoint: (request) => request.listener,
  listener: (request) => request.listener,
  backend_pool: (request) => request.pool,
  router: (request) =>
    request.captures.RouterName ?? (request.pool === "Traefik" ? "backend not found" : undefined),
  upstream_name: (request) => request.node,
  request_time_ms: (request) => request.durationMs,
  request_time_us: (request) => request.durationMs !== null && request.durationMs * 1000,
  connection_time_ms: (request) => request.durationMs,
  request_time_s: (request) => seconds(request.durationMs),
  backend_time_ms: (request) => request.attempts.at(-1)?.durationMs,
  backend_time_s: (request) => seconds(request.attempts.at(-1)?.durationMs ?? null),
  status: (request) => request.status,
  backend_status: (request) => request.backendStatus,
  bytes_out: (request) => request.bytesOut,
  bytes_in: (request) => request.bytesIn,
  response_flags: (request) => request.termination?.split(","),
  response_code_details: (request) =>
    request.captures.RESPONSE_CODE_DETAILS ?? request.captures.response_code_details,
  error_info: (request) => request.termination,
  retries: (request) => request.retries,
  method: (request) => request.method,
  path: (request) => request.path,
  query: (request) => request.query,
  protocol: (request) => request.protocol,
  user_agent: (request) => request.userAgent,
  lb: (request) => request.lb,
  lb_instance: (request) => request.captures.instanceId,
  tls_version: (request) => request.tls.protocol,
  tls_cipher: (request) => request.tls.cipher,
  referer: (request) => request.headers.referer,
  cache_status: (request) => request.captures.cache,
  pop: (request) => request.captures.pop ?? "unread",
  cookies: (request) => request.cookies,
  requested_route: (request) => request.persistence.presented,
};
/** Values that say that nothing was wrong: no termination. */
const noError = new Set(["ERRORINFO_NO_ERROR", "NoError"]);

interface Folder {
  folder: string;
  format: string;
  formatString?: string;
  /** Whether the log's time is the request's begin or its end. */
  time: "start" | "end";
  log?: string;
  expectations?: string;
  /** Expected names that this format's log has another place or no place for. */
  skip?: string[];
}

const folders: Folder[] = [
  { folder: "envoy", format: "envoy", time: "start" },
  { folder: "envoy-json", format: "envoy-json", time: "start" },
  { folder: "istio", format: "istio", time: "start" },
  { folder: "traefik-clf", format: "traefik-clf", time: "start" },
  { folder: "traefik-json", format: "traefik-json", time: "start" },
  {
    folder: "apache-balancer",
    format: "apache-balancer",
    time: "start",
    formatString:
      'LogFormat "%h:%{remote}p %l %u %{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t \\"%r\\" %>s %O %I %D \\"%{Referer}i\\" \\"%{User-Agent}i\\" host=%{Host}i balancer=%{BALANCER_NAME}e worker=%{BALANCER_WORKER_NAME}e sticky=%{BALANCER_SESSION_STICKY}e sroute=%{BALANCER_SESSION_ROUTE}e wroute=%{BALANCER_WORKER_ROUTE}e changed=%{BALANCER_ROUTE_CHANGED}e setcookie=\\"%{Set-Cookie}o\\" sid=%{sessionid}C uid=%{UNIQUE_ID}e tp=%{traceparent}i" lab',
    // The corpus' name for the balancer's URL, which is the pool.
    skip: ["lb"],
  },
  {
    folder: "apache-balancer",
    format: "apache",
    time: "start",
    log: "common_cluster.log",
    expectations: "common_cluster-expected.json",
  },
  { folder: "aws-clb", format: "aws-clb", time: "start", skip: ["backend_time_s"] },
  { folder: "aws-nlb", format: "aws-nlb", time: "end" },
  {
    folder: "aws-nlb",
    format: "aws-nlb",
    time: "end",
    log: "tricky.log",
    expectations: "tricky-expected.json",
  },
  { folder: "caddy-json", format: "caddy-json", time: "end" },
  { folder: "gcp-lb", format: "gcp-lb", time: "start" },
  { folder: "azure-appgw", format: "azure-appgw", time: "end" },
  { folder: "azure-frontdoor", format: "azure-frontdoor", time: "end" },
  { folder: "cloudflare", format: "cloudflare", time: "start", skip: ["pop"] },
];

function check(request: RequestLine, expected: Values, spec: Folder, note: string): void {
  for (const [name, read] of Object.entries(readers)) {
    const value = expected[name];
    if (value === undefined || value === null || spec.skip?.includes(name)) continue;
    if (name === "error_info" && noError.has(String(value))) {
      expect.soft(request.termination, `${name}: ${note}`).toBeNull();
    } else if (name.startsWith("backend_time") && request.attempts.length === 0) {
      expect.soft(request.node, `${name}: ${note}`).toBeNull();
    } else expect.soft(rounded(read(request)), `${name}: ${note}`).toEqual(rounded(value));
  }
  if (typeof expected.client_ip === "string") {
    expect.soft(request.client.ip, `client: ${note}`).toBe(expected.client_ip.split(",")[0]);
  }
  if (typeof expected.host === "string") {
    expect.soft(request.host, `host: ${note}`).toBe(hostWithoutPort(expected.host));
  }
  if (typeof expected.upstream_addr === "string") {
    // An answer from the cache was served by no node.
    const nodes = expected.cache_hit ? [null] : [request.node, request.nodeAddress];
    const address = expected.cache_hit ? request.node : expected.upstream_addr;
    expect.soft(nodes, `node: ${note}`).toContain(address);
    if (!expected.cache_hit) expect.soft(request.attempts.at(-1)?.node).toBe(request.node);
  } else if (expected.upstream_name === undefined) {
    expect
      .soft(request.node, `no node: ${note}`)
      .toBe(
        spec.folder === "azure-appgw" && request.query?.includes("SERVER-ROUTED")
          ? "10.4.0.4"
          : null,
      );
  }
  const written = spec.time === "start" ? request.startedAt : request.endedAt;
  if (typeof expected.timestamp === "string") {
    const stated = /\.\d{4,}/.test(expected.timestamp) ? written : Math.floor(written ?? 0);
    const zoned = /Z$|[+-]\d\d:\d\d$/.test(expected.timestamp)
      ? expected.timestamp
      : `${expected.timestamp}Z`;
    expect.soft(Math.floor(stated ?? 0), `time: ${note}`).toBe(Date.parse(zoned));
  }
  if (typeof expected.start_time === "string") {
    expect.soft(request.startedAt, `start: ${note}`).toBe(Date.parse(expected.start_time));
  }
  if (typeof expected.end_time === "string") {
    expect.soft(request.endedAt, `end: ${note}`).toBe(Date.parse(expected.end_time));
  }
  if (typeof expected.request_id === "string") {
    expect.soft(request.correlationIds, `ids: ${note}`).toContain(expected.request_id);
  }
  if (typeof expected.trace_id === "string") {
    const id = expected.trace_id.startsWith("00-")
      ? expected.trace_id.slice(3, 35)
      : expected.trace_id;
    expect.soft(request.correlationIds, `trace: ${note}`).toContain(id);
  }
  if (typeof expected.session_cookie === "string") {
    expect.soft(Object.values(request.cookies), note).toContain(expected.session_cookie);
  }
  if (typeof expected.set_cookie === "string") {
    for (const value of Object.values(request.setCookies))
      expect.soft(expected.set_cookie).toContain(value);
    expect
      .soft(Object.keys(request.setCookies).length, note)
      .toBe(expected.set_cookie.split(", ").length);
  }
  if (spec.folder === "apache-balancer" && typeof expected.lb === "string") {
    expect.soft(`balancer://${request.pool}`, note).toBe(expected.lb);
  }
}

function parserOf(format: string, formatString: string | null): (line: string) => ParsedLine {
  const parse = findFormat(format)?.compile({ formatString, receivedAt });
  if (!parse) throw new Error(`no format ${format}`);
  return (line) => parseLine(parse, line);
}

describe("The corpus of other balancers' lines", () => {
  for (const spec of folders) {
    it(`${spec.folder} ${spec.log ?? ""} reads as its sources say`, () => {
      const parse = parserOf(spec.format, spec.formatString ?? null);
      for (const { line, expected } of samplesOf(spec.folder, spec.log, spec.expectations)) {
        const parsed = parse(line);
        if (parsed.kind !== "request")
          expect.soft(parsed, line.slice(0, 200)).toMatchObject({ kind: "request" });
        else check(parsed, expected, spec, line.slice(0, 120));
      }
    });
  }

  it("target health tells each target's state, all of one answer", () => {
    const kinds: Record<string, string> = {
      healthy: "node-up",
      unhealthy: "node-down",
      draining: "node-drain",
      unused: "node-maintenance",
      initial: "other",
      unavailable: "other",
    };
    const targetsSchema = z.array(z.looseObject({ target: z.string(), state: z.string() }));
    const parse = parserOf("aws-target-health", null);
    for (const { line, expected } of samplesOf("aws-target-health")) {
      const targets = targetsSchema.parse(expected.targets);
      const records = recordsIn(line);
      expect.soft(records?.length, line).toBe(targets.length);
      for (const [index, { target, state }] of targets.entries()) {
        expect.soft(parse(records?.[index] ?? ""), line).toMatchObject({
          kind: "change",
          change: kinds[state],
          node: target,
        });
      }
    }
  });

  it("Kubernetes' events become changes of the pods that they name, where they concern traffic", () => {
    const kinds: Record<string, string> = {
      probe_failed: "node-down",
      scale_down: "scale",
      scale_up: "scale",
      pod_created: "scale",
      pod_deleted: "node-down",
    };
    const parse = parserOf("k8s-events", null);
    for (const { line, expected } of samplesOf("k8s-events")) {
      const isStartup = expected.probe === "startup";
      const started = expected.reason === "Started" ? "node-up" : undefined;
      expect.soft(parse(line), line).toMatchObject({
        kind: "change",
        at: Date.parse(String(expected.timestamp)),
        change: isStartup ? "other" : (kinds[String(expected.action)] ?? started),
        node: expected.pod ?? (expected.object_kind === "Pod" ? expected.object_name : null),
      });
    }
  });

  it("a record that is no JSON is rejected with the place", () => {
    const parse = parserOf("azure-frontdoor", null);
    const [broken = ""] = linesOf("azure-frontdoor", "tricky.log");
    expect(parse(broken)).toEqual({
      kind: "rejected",
      reason: "the line begins like JSON and is none: cut, or not one line",
    });
  });

  it("OpenTelemetry's session events read as the SDK wrote them", () => {
    const recordsSchema = z.array(z.record(z.string(), z.unknown()));
    const types: Record<string, string> = {
      "session.start": "session.created",
      "session.end": "session.destroyed",
    };
    for (const { line, expected } of samplesOf("otlp-session-events")) {
      const events = eventsIn(JSON.parse(line));
      const records = recordsSchema.parse(expected.records);
      expect.soft(events.length).toBe(records.length);
      for (const [index, record] of records.entries()) {
        expect.soft(readSessionEvent(events[index]), line.slice(0, 120)).toMatchObject({
          kind: "event",
          at: Date.parse(String(record.timestamp)),
          type: types[String(record.event)],
          sessionId: record.session_id,
          previousSessionId: record.previous_session_id ?? null,
          correlationId: record.trace_id ?? null,
          node: record.host_name,
        });
      }
    }
  });

  it("detection names each file's format by its first 20 lines", () => {
    const files: [folder: string, format: string][] = [
      ...folders.map(({ folder, format }): [string, string] => [folder, format]),
      ["aws-target-health", "aws-target-health"],
      ["k8s-events", "k8s-events"],
      ["aws-alb", "aws-alb"],
      ["haproxy-http", "haproxy-http"],
      ["haproxy-https", "haproxy-http"],
      ["haproxy-tcp", "haproxy-http"],
      ["haproxy-events", "haproxy-http"],
      ["nginx-combined", "nginx-combined"],
      ["nginx-upstream", "nginx-combined"],
      ["nginx-json", "nginx-combined"],
      ["nginx-error", "nginx-combined"],
      ["ingress-nginx", "nginx-combined"],
    ];
    for (const [folder, format] of files) {
      expect
        .soft(detectFormat(linesOf(folder).slice(0, 20))?.format.name, folder)
        .toBe(findFormat(format)?.name);
    }
  });

  it("a file in which all of them are mixed reads line by line as each one's own format would", () => {
    const auto = autoParser({ receivedAt });
    const mixed = folders
      .filter(({ formatString, log }) => formatString === undefined && log === undefined)
      .flatMap(({ folder, format }) =>
        linesOf(folder)
          .filter((line) => line !== "")
          .map((line, index) => ({ line, format, index })),
      )
      .sort((a, b) => a.index - b.index);
    for (const { line, format } of mixed) {
      // Plain combined lines are every server's; auto reads them as NGINX's.
      const isCommon = format === "traefik-clf" && !line.endsWith("ms");
      const own = parserOf(isCommon ? "nginx" : format, null)(line);
      expect.soft(parseLine(auto, line), line.slice(0, 160)).toEqual(own);
    }
  });
});

/** The records of an export with the resource's and their own attributes, as the way in hands them on. */
function eventsIn(request: unknown): Values[] {
  const attribute = z.object({
    key: z.string(),
    value: z.looseObject({ stringValue: z.string().optional() }),
  });
  const schema = z.object({
    resourceLogs: z.array(
      z.object({
        resource: z.object({ attributes: z.array(attribute) }),
        scopeLogs: z.array(
          z.object({
            logRecords: z.array(
              z.looseObject({
                timeUnixNano: z.string(),
                eventName: z.string(),
                traceId: z.string().optional(),
                attributes: z.array(attribute),
              }),
            ),
          }),
        ),
      }),
    ),
  });
  return schema.parse(request).resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ timeUnixNano, eventName, traceId, attributes }) => ({
        timeUnixNano,
        eventName,
        traceId,
        ...Object.fromEntries(
          [...resource.attributes, ...attributes].map(({ key, value }) => [key, value.stringValue]),
        ),
      })),
    ),
  );
}
