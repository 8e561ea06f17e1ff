import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { rejected, unexpected } from "../rejection";
import {
  addCorrelationId,
  fillUrl,
  hostWithoutPort,
  requestEndedAt,
  setServedBy,
  splitAddress,
} from "../request-fact";

/**
 * Caddy's access log, as its JSON encoder writes it. The node is in it only
 * where the operator appends it (`log_append upstream {http.reverse_proxy.upstream.hostport}`)
 * or the app names itself in a response header.
 * Source: https://caddyserver.com/docs/caddyfile/directives/log
 */
export const caddyJson = jsonFormat({
  name: "caddy-json",
  aliases: ["caddy"],
  title: "Caddy",
  recognise: (head) => {
    if (/"logger":\s*"http\.log\.access/.test(head)) return 0.95;
    return namesAll(head, "request", "resp_headers", "duration") ? 0.9 : 0;
  },
  read,
});

const nodeMembers = [
  "upstream",
  "upstream_hostport",
  "upstream_host",
  "upstream_addr",
  "reverse_proxy_upstream",
  "backend",
  "node",
];
const nodeHeaders = ["x-upstream", "x-backend", "x-backend-server", "x-served-by", "x-node"];

function read(line: Members, { clock, host }: JsonContext): ParsedLine {
  if (!line.has("request") || !line.has("status")) {
    return rejected('member "request": missing, the line tells of no request');
  }
  const http = line.inside("request");
  const lasted = line.text("duration");
  const durationMs = lasted === null ? null : goDurationMs(lasted);
  if (lasted !== null && durationMs === null) {
    return unexpected('member "duration"', "seconds, or a duration such as 1.5ms", lasted);
  }
  const end = line.needed(clock, "ts", "time");
  const request = requestEndedAt(end.at, end.resolutionMs, durationMs);
  request.lb = host;
  // Up to 2.4 the address and the port stood together.
  const peer = splitAddress(http.text("remote_addr") ?? "-");
  request.client = {
    ip: ipAddressOf(http.text("client_ip", "remote_ip") ?? "") ?? peer.ip,
    port: http.port("remote_port") ?? peer.port,
  };
  request.method = http.text("method");
  fillUrl(request, http.text("uri"));
  request.host = hostWithoutPort(http.text("host") ?? "");
  request.protocol = http.text("proto");
  request.status = line.status("status");
  request.bytesIn = line.whole("bytes_read");
  request.bytesOut = line.whole("size");
  addHeaders(request, http.inside("headers"), addRequestHeader);
  addHeaders(request, line.inside("resp_headers"), addResponseHeader);
  // Asking for {http.request.uuid} anywhere puts `uuid` into the line; tracing puts `traceID`.
  for (const name of ["request_id", "uuid", "traceID", "trace_id"])
    addCorrelationId(request, line.text(name));
  const tls = http.inside("tls");
  const version = tls.text("version");
  const suite = tls.text("cipher_suite");
  request.tls = {
    protocol: version === null ? null : (tlsVersions[version] ?? version),
    cipher: suite === null ? null : (suites[suite] ?? suite),
  };
  setServedBy(request, line.text(...nodeMembers) ?? namedByApp(request));
  const pool = line.text("pool", "cluster");
  request.pool = pool;
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

function addHeaders(
  request: RequestLine,
  headers: Members,
  add: (request: RequestLine, name: string, value: string) => void,
): void {
  for (const name of headers.names) {
    for (const value of headers.texts(name)) add(request, name, value);
  }
}

function namedByApp(request: RequestLine): string | null {
  for (const name of nodeHeaders) {
    const value = request.responseHeaders[name];
    if (value !== undefined) return value;
  }
  return null;
}

const tlsVersions: Readonly<Record<string, string>> = {
  769: "TLSv1.0",
  770: "TLSv1.1",
  771: "TLSv1.2",
  772: "TLSv1.3",
  "tls1.2": "TLSv1.2",
  "tls1.3": "TLSv1.3",
};

/** IANA's numbers of the suites that Go offers first. */
const suites: Readonly<Record<string, string>> = {
  4865: "TLS_AES_128_GCM_SHA256",
  4866: "TLS_AES_256_GCM_SHA384",
  4867: "TLS_CHACHA20_POLY1305_SHA256",
  49195: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  49196: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  49199: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  49200: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
};

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  μs: 0.001,
  ns: 0.000_001,
};

/** Seconds as a number, or Go's own words: `782.6ms`, `1m2.5s`. */
function goDurationMs(text: string): number | null {
  if (text.length > 40) return null;
  const seconds = Number(text);
  if (seconds >= 0 && seconds < 1e9) return Math.round(seconds * 1e9) / 1e6;
  let total = 0;
  let end = 0;
  for (const part of text.matchAll(/(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|us|µs|μs|ns)/g)) {
    if (part.index !== end) return null;
    end += part[0].length;
    total += Number(part[1]) * (units[part[2] ?? ""] ?? Number.NaN);
  }
  return end === text.length && end > 0 ? Math.round(total * 1e6) / 1e6 : null;
}
