import type { ParsedRequest } from "@/lib/schemas/ingest";
import { formatBytes, formatDuration } from "./numbers";

export interface FoundField {
  name: string;
  value: string;
}

/** What was read in a line, field by field, in the order in which a request happens. Absent fields are left out. */
export function foundFields(request: ParsedRequest): FoundField[] {
  const { client, tls, persistence } = request;
  const ms = (value: number | null) => (value === null ? null : formatDuration(value));
  const all: [string, string | null][] = [
    ["started", request.startedAt],
    ["ended", request.endedAt],
    ["duration", ms(request.durationMs)],
    ["load balancer", request.lb],
    ["listener", request.listener],
    ["pool", request.pool],
    ["node", request.node],
    ["attempts", request.attempts.length > 1 ? attemptsOf(request) : null],
    ["client", client.ip && (client.port === null ? client.ip : `${client.ip}:${client.port}`)],
    ["method", request.method],
    ["host", request.host],
    ["path", request.path],
    ["query", request.query],
    ["protocol", request.protocol],
    ["status", text(request.status)],
    ["node’s status", text(request.backendStatus)],
    ["bytes in", request.bytesIn === null ? null : formatBytes(request.bytesIn)],
    ["bytes out", request.bytesOut === null ? null : formatBytes(request.bytesOut)],
    ["user agent", request.userAgent],
    ["TLS", [tls.protocol, tls.cipher].filter(Boolean).join(" ") || null],
    ["correlation IDs", request.correlationIds.join(", ") || null],
    [
      "cookies",
      Object.entries(request.cookies)
        .map(([name, value]) => `${name}=${value}`)
        .join("; ") || null,
    ],
    ["persistence presented", persistence.presented],
    ["persistence inserted", persistence.inserted],
    ["persistence state", persistence.state],
    ["termination", request.termination],
    ["retries", text(request.retries)],
    ["redispatched", request.redispatched === null ? null : request.redispatched ? "yes" : "no"],
    ["upgrade", request.upgrade === null ? null : request.upgrade ? "yes" : "no"],
  ];
  return all.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

function attemptsOf(request: ParsedRequest): string {
  return request.attempts
    .map(({ node, status }) => (status === null ? node : `${node} (${status})`))
    .join(", then ");
}

function text(value: number | null): string | null {
  return value === null ? null : String(value);
}
