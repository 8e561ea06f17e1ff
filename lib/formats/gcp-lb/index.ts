import type { ParsedLine } from "@/lib/domain/facts";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { rejected } from "../rejection";
import {
  addCorrelationId,
  addressMaybePort,
  fillUrl,
  requestStartedAt,
  setDuration,
  setServedBy,
} from "../request-fact";

/**
 * Google Cloud's Application Load Balancers (global and regional), as LogEntry JSON.
 * Source: https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring
 */
export const gcpLb = jsonFormat({
  name: "gcp-lb",
  aliases: ["gcp"],
  title: "Google Cloud Load Balancing",
  recognise: (head) =>
    namesAll(head, "httpRequest", "resource") && namesAll(head, "requestUrl") ? 0.95 : 0,
  read,
});

const answered = new Set(["response_sent_by_backend", "response_from_cache"]);

function read(line: Members, { clock }: JsonContext): ParsedLine {
  if (!line.has("httpRequest")) return rejected('member "httpRequest": missing');
  const http = line.inside("httpRequest");
  const payload = line.inside("jsonPayload");
  const labels = line.inside("resource").inside("labels");
  const start = line.needed(clock, "timestamp");
  const request = requestStartedAt(start.at, start.resolutionMs);
  setDuration(request, latencyOf(http));
  request.lb = labels.text("forwarding_rule_name", "load_balancer_name");
  request.listener = labels.text("target_proxy_name");
  request.pool = labels.text("backend_service_name", "backend_target_name", "backend_name");
  request.client = addressMaybePort(http.text("remoteIp") ?? payload.text("remoteIp") ?? "-");
  request.method = http.text("requestMethod");
  fillUrl(request, http.text("requestUrl"));
  request.protocol = http.text("protocol");
  request.status = http.status("status");
  request.bytesIn = http.whole("requestSize");
  request.bytesOut = http.whole("responseSize");
  request.userAgent = http.text("userAgent");
  const referer = http.text("referer");
  if (referer !== null) request.headers.referer = referer;
  const tls = payload.inside("tls");
  request.tls = { protocol: tls.text("protocol"), cipher: tls.text("cipher") };
  const details = payload.text("statusDetails");
  request.termination = details !== null && !answered.has(details) ? details : null;
  if (details === "response_sent_by_backend") request.backendStatus = request.status;
  const fromCache = details === "response_from_cache" || http.text("cacheHit") === "true";
  // What was answered from the cache was served by no backend, though one may be named.
  setServedBy(request, fromCache ? null : http.text("serverIp"));
  if (fromCache) request.captures.cache = "hit";
  const trace = line.text("trace");
  addCorrelationId(request, trace === null ? null : trace.slice(trace.lastIndexOf("/") + 1));
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/** `"0.005192s"` in milliseconds. */
function latencyOf(http: Members): number | null {
  const text = http.text("latency");
  const seconds = text?.endsWith("s") ? Number(text.slice(0, -1)) : Number.NaN;
  return seconds >= 0 && seconds < 1e9 ? Math.round(seconds * 1e6) / 1000 : null;
}
