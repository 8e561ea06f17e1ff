import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { rejected } from "../rejection";
import {
  addCorrelationId,
  fillUrl,
  hostWithoutPort,
  requestStartedAt,
  setDuration,
  setServedBy,
} from "../request-fact";

/**
 * Cloudflare Logpush, dataset http_requests: the hop in front. The operator
 * chooses the fields, so any may be missing but the time.
 * Source: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
 */
export const cloudflare = jsonFormat({
  name: "cloudflare",
  aliases: ["cloudflare-logpush"],
  title: "Cloudflare",
  recognise: (head) =>
    namesAll(head, "EdgeStartTimestamp") || namesAll(head, "RayID", "ClientRequestHost") ? 0.95 : 0,
  read,
});

/** Cache states in which the edge answered by itself. */
const fromCache = new Set(["hit", "stale", "updating"]);

function read(line: Members, { clock }: JsonContext): ParsedLine {
  if (!line.has("RayID") && !line.has("ClientRequestHost") && !line.has("EdgeResponseStatus")) {
    return rejected('member "RayID": missing, the line is no http_requests record');
  }
  const start = line.needed(clock, "EdgeStartTimestamp", "EdgeEndTimestamp");
  const end = line.moment(clock, "EdgeEndTimestamp");
  const request = requestStartedAt(start.at, start.resolutionMs);
  const firstByte = line.ms("EdgeTimeToFirstByteMs", 1);
  const lasted = end === null ? null : Math.max(0, end.at - start.at);
  setDuration(
    request,
    lasted === null || (firstByte !== null && firstByte > lasted) ? firstByte : lasted,
  );
  if (end !== null) request.endedAt = end.at;
  request.lb = "cloudflare";
  request.listener = line.text("ZoneName");
  request.client = {
    ip: ipAddressOf(line.text("ClientIP") ?? ""),
    port: line.port("ClientSrcPort"),
  };
  request.method = line.text("ClientRequestMethod");
  fillUrl(request, line.text("ClientRequestURI", "ClientRequestPath"));
  request.host = hostWithoutPort(line.text("ClientRequestHost") ?? "");
  request.protocol = line.text("ClientRequestProtocol");
  request.status = line.status("EdgeResponseStatus");
  request.backendStatus = line.status("OriginResponseStatus");
  request.bytesIn = line.whole("ClientRequestBytes");
  request.bytesOut = line.whole("EdgeResponseBytes");
  request.userAgent = line.text("ClientRequestUserAgent");
  const referer = line.text("ClientRequestReferer");
  if (referer !== null) request.headers.referer = referer;
  request.tls = {
    protocol: told(line.text("ClientSSLProtocol")),
    cipher: told(line.text("ClientSSLCipher")),
  };
  addCorrelationId(request, line.text("RayID"));
  for (const [name, value] of line.inside("Cookies").entries()) request.cookies[name] = value;
  for (const [name, value] of line.inside("RequestHeaders").entries())
    addRequestHeader(request, name, value);
  for (const [name, value] of line.inside("ResponseHeaders").entries())
    addResponseHeader(request, name, value);
  const cache = line.text("CacheCacheStatus");
  if (cache !== null) request.captures.cache = cache;
  const origin = cache !== null && fromCache.has(cache) ? null : line.text("OriginIP");
  setServedBy(request, origin, line.ms("OriginResponseDurationMs", 1));
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

function told(text: string | null): string | null {
  return text === null || /^(?:none|unknown)$/i.test(text) ? null : text;
}
