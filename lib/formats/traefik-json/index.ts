import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { rejected } from "../rejection";
import {
  addCorrelationId,
  fillUrl,
  firstAddress,
  hostWithoutPort,
  requestStartedAt,
  setDuration,
  setServedBy,
  splitAddress,
} from "../request-fact";

/**
 * Traefik's access log as JSON, of versions 1 (Backend…, Frontend…) to 3.
 * Source: https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/
 */
export const traefikJson = jsonFormat({
  name: "traefik-json",
  aliases: [],
  title: "Traefik JSON",
  recognise: (head) =>
    namesAll(head, "RequestMethod", "RequestPath")
      ? 0.95
      : namesAll(head, "DownstreamStatus", "RouterName")
        ? 0.9
        : 0,
  read,
});

const nanosecond = 1e-6;

function read(line: Members, { clock, host }: JsonContext): ParsedLine {
  if (!line.has("RequestMethod") && !line.has("DownstreamStatus")) {
    return rejected('member "DownstreamStatus": missing, the line tells of no request');
  }
  const start = line.needed(clock, "StartUTC", "StartLocal", "time");
  const request = requestStartedAt(start.at, start.resolutionMs);
  setDuration(request, line.ms("Duration", nanosecond));
  request.lb = host;
  request.listener = line.text("entryPointName");
  const router = line.text("RouterName", "FrontendName");
  request.pool = line.text("ServiceName", "BackendName");
  const peer = splitAddress(line.text("ClientAddr") ?? "-");
  request.client = {
    ip: firstAddress(line.text("ClientHost")) ?? peer.ip,
    port: line.port("ClientPort") ?? peer.port,
  };
  request.method = line.text("RequestMethod");
  fillUrl(request, line.text("RequestPath"));
  request.host = hostWithoutPort(line.text("RequestHost", "RequestAddr") ?? "");
  request.protocol = line.text("RequestProtocol");
  request.status = line.status("DownstreamStatus");
  request.backendStatus = line.status("OriginStatus");
  request.bytesIn = line.whole("RequestContentSize");
  request.bytesOut = line.whole("DownstreamContentSize");
  request.tls = { protocol: line.text("TLSVersion"), cipher: line.text("TLSCipher") };
  request.retries = line.whole("RetryAttempts");
  setServedBy(request, serverOf(line), line.ms("OriginDuration", nanosecond));
  for (const [name, value] of line.entries()) {
    if (name.startsWith("request_")) addRequestHeader(request, name.slice(8), value);
    else if (name.startsWith("downstream_")) addResponseHeader(request, name.slice(11), value);
    else if (name.startsWith("origin_")) addResponseHeader(request, name.slice(7), value);
  }
  addCorrelationId(request, line.text("TraceId", "traceId"));
  if (router !== null) request.captures.RouterName = router;
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/** The server's address: `ServiceAddr`, else the host of its URL, which is text or an object. */
function serverOf(line: Members): string | null {
  const address = line.text("ServiceAddr", "BackendAddr");
  if (address !== null) return address;
  for (const name of ["ServiceURL", "BackendURL"]) {
    const host = line.inside(name).text("Host") ?? hostOfUrl(line.text(name));
    if (host !== null && (host.includes(":") || ipAddressOf(host) !== null)) return host;
  }
  return null;
}

/** `http://10.0.0.1:80/` as `10.0.0.1:80`; null for `-` and for a path. */
export function hostOfUrl(url: string | null): string | null {
  const scheme = url?.indexOf("://") ?? -1;
  if (url === null || scheme < 0) return null;
  const end = url.indexOf("/", scheme + 3);
  const host = url.slice(scheme + 3, end < 0 ? undefined : end);
  return host === "" ? null : host;
}
