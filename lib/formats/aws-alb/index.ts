import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { splitColumns } from "../columns";
import { amazonRootOf } from "../correlation";
import { readIsoDate } from "../dates";
import { integer, integerUpTo, secondsToMs, statusCode } from "../digits";
import type { Format } from "../format";
import { guarded } from "../guard";
import { rejected, unexpected } from "../rejection";
import { addCorrelationId, fillRequestLine, requestStartedAt, splitAddress } from "../request-fact";

/**
 * AWS Application Load Balancer access logs: 20 to 34 columns, as the list has
 * grown over the years; what follows the known ones is passed over.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
export const awsAlb: Format = {
  name: "aws-alb",
  aliases: ["alb"],
  title: "AWS Application Load Balancer",
  formatString: "none",
  compile: () => guarded(parseAlb),
  recognise: recogniseAlb,
};

const utc = (wallMs: number) => wallMs;

const fields = [
  "type",
  "time",
  "elb",
  "client:port",
  "target:port",
  "request_processing_time",
  "target_processing_time",
  "response_processing_time",
  "elb_status_code",
  "target_status_code",
  "received_bytes",
  "sent_bytes",
  "request",
  "user_agent",
  "ssl_cipher",
  "ssl_protocol",
  "target_group_arn",
  "trace_id",
  "domain_name",
  "chosen_cert_arn",
  "matched_rule_priority",
  "request_creation_time",
  "actions_executed",
  "redirect_url",
  "error_reason",
  "target:port_list",
  "target_status_code_list",
  "classification",
  "classification_reason",
  "conn_trace_id",
  "transformed_host",
  "transformed_uri",
  "request_transform_status",
] as const;
type Field = (typeof fields)[number];

/** The oldest lines that are still about have the columns up to `chosen_cert_arn`. */
const fewest = 20;

const types = new Set(["http", "https", "h2", "grpcs", "ws", "wss"]);

const positions = new Map<Field, number>(fields.map((field, index) => [field, index]));

function positionOf(field: Field): number {
  return positions.get(field) ?? -1;
}

function named(field: Field): string {
  return `field ${positionOf(field) + 1} ${field}`;
}

function parseAlb(line: string): ParsedLine {
  const { values, unclosed } = splitColumns(line);
  const value = (field: Field): string | null => {
    const text = values[positionOf(field)];
    return text === undefined || text === "" || text === "-" ? null : text;
  };
  const type = values[0] ?? "";
  if (!types.has(type)) {
    return unexpected(named("type"), "http, https, h2, grpcs, ws or wss", type);
  }
  const time = readTime(values[1]);
  if (!time) return unexpected(named("time"), "an ISO 8601 time", values[1] ?? null);
  for (const field of [
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
  ] as const) {
    const text = values[positionOf(field)];
    if (text === undefined || (text !== "-1" && text !== "-" && secondsToMs(text) === null)) {
      return unexpected(named(field), "seconds or -1", text ?? null);
    }
  }
  for (const field of [
    "elb_status_code",
    "target_status_code",
    "received_bytes",
    "sent_bytes",
  ] as const) {
    const text = values[positionOf(field)];
    if (text === undefined || (text !== "-" && integer(text) === null)) {
      return unexpected(named(field), "a number or -", text ?? null);
    }
  }
  if (unclosed && values.length <= fields.length) {
    const field = fields[values.length - 1] ?? "request";
    return rejected(`${named(field)}: its quote is not closed, the line was cut`);
  }
  if (values.length < fewest) {
    return unexpected(
      named(fields[values.length] ?? "chosen_cert_arn"),
      `${fewest} columns or more`,
      null,
    );
  }
  const created = readTime(value("request_creation_time"));
  if (value("request_creation_time") && !created) {
    return unexpected(
      named("request_creation_time"),
      "an ISO 8601 time",
      value("request_creation_time"),
    );
  }
  return requestOf(value, type, time, created);
}

function readTime(text: string | null | undefined): { at: number; resolutionMs: number } | null {
  if (!text) return null;
  const date = readIsoDate(text, 0, utc);
  return date && date.end === text.length ? date : null;
}

function requestOf(
  value: (field: Field) => string | null,
  type: string,
  time: { at: number; resolutionMs: number },
  created: { at: number; resolutionMs: number } | null,
): RequestLine {
  const phases = [
    secondsToMs(value("request_processing_time")),
    secondsToMs(value("target_processing_time")),
    secondsToMs(value("response_processing_time")),
  ];
  const isSocket = type === "ws" || type === "wss";
  const worked = sum(phases);
  const lasted = created ? Math.max(0, roundMicros(time.at - created.at)) : null;
  // The phases leave out how long a WebSocket stayed open: that is `endedAt` less `startedAt`.
  const durationMs = worked ?? lasted;
  const startedAt = created ? created.at : time.at - (durationMs ?? 0);
  const request = requestStartedAt(roundMicros(startedAt), (created ?? time).resolutionMs);
  request.endedAt = time.at;
  request.durationMs = durationMs;
  request.lb = value("elb");
  request.pool = value("target_group_arn");
  request.client = splitAddress(value("client:port") ?? "-");
  request.status = statusCode(value("elb_status_code"));
  request.backendStatus = statusCode(value("target_status_code"));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, value("received_bytes"));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, value("sent_bytes"));
  fillRequestLine(request, value("request") ?? "");
  if (request.path === "-") request.path = null;
  request.userAgent = value("user_agent");
  request.tls.cipher = value("ssl_cipher");
  request.tls.protocol = value("ssl_protocol");
  addCorrelationId(request, amazonRootOf(value("trace_id") ?? ""));
  request.termination = value("error_reason");
  request.upgrade = isSocket || request.status === 101;
  setAttempts(request, value, phases[1] ?? null);
  for (const field of captured) {
    const text = value(field);
    if (text !== null) request.captures[field] = text;
  }
  return request;
}

/** Columns that have no place of their own in a request. */
const captured: readonly Field[] = [
  "domain_name",
  "matched_rule_priority",
  "actions_executed",
  "redirect_url",
  "classification",
  "classification_reason",
  "conn_trace_id",
  "transformed_host",
  "transformed_uri",
  "request_transform_status",
];

function setAttempts(
  request: RequestLine,
  value: (field: Field) => string | null,
  targetMs: number | null,
): void {
  const target = value("target:port");
  const targets = (value("target:port_list") ?? target ?? "")
    .split(" ")
    .filter((each) => each !== "" && each !== "-");
  const statuses = (value("target_status_code_list") ?? "").split(" ");
  request.attempts = targets.map((node, index) => {
    const isLast = index === targets.length - 1;
    const status = statusCode(statuses[index]) ?? (isLast ? request.backendStatus : null);
    return { node, status, durationMs: isLast ? targetMs : null };
  });
  request.node = target ?? targets.at(-1) ?? null;
}

function sum(phases: (number | null)[]): number | null {
  let total = 0;
  for (const phase of phases) {
    if (phase === null) return null;
    total += phase;
  }
  return roundMicros(total);
}

function roundMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** `type time app/name/id client:port …`. */
function recogniseAlb(line: string): number {
  const space = line.indexOf(" ");
  if (space < 2 || space > 5 || !types.has(line.slice(0, space))) return 0;
  const date = readIsoDate(line, space + 1, utc);
  if (!date || line.charCodeAt(date.end) !== 32) return 0;
  return line.startsWith("app/", date.end + 1) ? 0.98 : 0.5;
}
