import type { EpochMs, ParsedLine } from "@/lib/domain/facts";
import { readEpochSeconds, readIsoDate, readLogDate, type WallClock } from "../dates";
import { readJsonObject } from "../json-line";
import { rejected, unexpected } from "../rejection";
import { type Draft, finished, newDraft, setEnded } from "./draft";
import { isKnownVariable, variableSlot } from "./variables";

/** Names that operators give to members, and the variable that each stands for. */
const synonyms: Readonly<Record<string, string>> = {
  client: "remote_addr",
  client_ip: "remote_addr",
  clientip: "remote_addr",
  remote_ip: "remote_addr",
  remoteip: "remote_addr",
  ip: "remote_addr",
  client_port: "remote_port",
  method: "request_method",
  verb: "request_method",
  http_method: "request_method",
  url: "request_uri",
  uri_path: "request_uri",
  request_path: "request_uri",
  path: "request_uri",
  uri: "request_uri",
  query: "args",
  protocol: "server_protocol",
  http_version: "server_protocol",
  response: "status",
  status_code: "status",
  response_status: "status",
  response_code: "status",
  bytes: "body_bytes_sent",
  size: "body_bytes_sent",
  body_bytes: "body_bytes_sent",
  length: "body_bytes_sent",
  request_bytes: "request_length",
  duration: "request_time",
  response_time: "request_time",
  responsetime: "request_time",
  request_duration: "request_time",
  vhost: "host",
  domain: "host",
  http_host: "host",
  user_agent: "http_user_agent",
  useragent: "http_user_agent",
  agent: "http_user_agent",
  referer: "http_referer",
  referrer: "http_referer",
  http_referrer: "http_referer",
  cookie: "http_cookie",
  cookies: "http_cookie",
  x_forwarded_for: "http_x_forwarded_for",
  xff: "http_x_forwarded_for",
  upstream: "upstream_addr",
  upstream_host: "upstream_addr",
  upstreamaddr: "upstream_addr",
  upstreamhost: "upstream_addr",
  upstream_ip: "upstream_addr",
  upstream_time: "upstream_response_time",
  upstreamtime: "upstream_response_time",
  upstream_code: "upstream_status",
  reqid: "request_id",
  x_request_id: "http_x_request_id",
  traceparent: "http_traceparent",
  trace_id: "otel_trace_id",
  tls_protocol: "ssl_protocol",
  tls_version: "ssl_protocol",
  tls_cipher: "ssl_cipher",
};

const dateMembers = new Set([
  "time",
  "@timestamp",
  "timestamp",
  "date",
  "datetime",
  "ts",
  "time_local",
  "time_iso8601",
  "msec",
]);

/**
 * Reads a JSON line whose log_format is not known by the names of its
 * members: NGINX's own variable names, or those that are common for them.
 */
export function parseJsonLine(
  line: string,
  start: number,
  clock: WallClock,
  headerAt: EpochMs | null,
  host: string | null,
): ParsedLine {
  const members = readJsonObject(line, start);
  if (!members) {
    return rejected("the line begins like JSON and is none: cut, or written without escape=json");
  }
  const draft = newDraft(clock);
  let known = 0;
  for (const [name, value] of members) {
    if (value === "" || value === "-") continue;
    const key = name.replace(/^\$/, "");
    const lower = key.toLowerCase();
    if (dateMembers.has(lower)) {
      if (!readDate(draft, value)) return unexpected(`member "${name}"`, "a date", value);
      continue;
    }
    const variable = synonyms[lower] ?? (isKnownVariable(key) ? key : null);
    if (variable === null) {
      draft.request.captures[name] = value;
      continue;
    }
    const expected = variableSlot(variable).assign(draft, value);
    if (expected !== null) return unexpected(`member "${name}"`, expected, value);
    known++;
  }
  if (known < 2)
    return rejected("JSON without the members of an access log, such as status and request_uri");
  return finished(draft, headerAt, host);
}

/** A date in any of the ways in which JSON logs write it: RFC 3339, NGINX's $time_local, seconds or milliseconds. */
function readDate(draft: Draft, value: string): boolean {
  const date = readIsoDate(value, 0, draft.clock) ?? readLogDate(value, 0, draft.clock);
  if (date && date.end === value.length) {
    setEnded(draft, date);
    return true;
  }
  const seconds = readEpochSeconds(value);
  if (seconds) {
    setEnded(draft, seconds);
    return true;
  }
  if (!/^\d{13}(?:\.\d+)?$/.test(value)) return false;
  setEnded(draft, { at: Number(value), resolutionMs: 1 });
  return true;
}

const telling = [
  '"remote_addr"',
  '"body_bytes_sent"',
  '"request_time"',
  '"upstream_addr"',
  '"upstream_response_time"',
  '"http_user_agent"',
  '"request_uri"',
  '"time_iso8601"',
  '"time_local"',
  '"request_method"',
  '"http_referer"',
  '"server_protocol"',
];

/** How surely a JSON line is NGINX's, by the variables' names among its members. */
export function recogniseJson(line: string, start: number): number {
  const head = line.slice(start, start + 4096);
  let found = 0;
  for (const name of telling) if (head.includes(name) && ++found === 3) return 0.9;
  return found === 2 ? 0.7 : found === 1 ? 0.5 : 0;
}
