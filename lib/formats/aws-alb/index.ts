import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { Columns } from "../columns";
import { amazonRootOf } from "../correlation";
import { type ReadDate, readIsoDate } from "../dates";
import { integerIn, integerUpTo, secondsIn, statusCode } from "../digits";
import type { Format } from "../format";
import { guarded } from "../guard";
import { isNothing } from "../quotes";
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
  strict: true,
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

function place(field: Field): number {
  return fields.indexOf(field);
}

/** Where the columns stand, found once. */
const at = {
  created: place("request_creation_time"),
  target: place("target:port"),
  requestSeconds: place("request_processing_time"),
  status: place("elb_status_code"),
  bytesOut: place("sent_bytes"),
  targets: place("target:port_list"),
  targetStatuses: place("target_status_code_list"),
};

function named(index: number): string {
  return `field ${index + 1} ${fields[index] ?? ""}`;
}

const columns = new Columns();
/** The three processing times of the line that is read, -1 where one was not recorded. */
const phases = new Float64Array(3);

function parseAlb(line: string): ParsedLine {
  columns.cut(line);
  const type = columns.raw(0) ?? "";
  if (!types.has(type)) return notAccess(line, type);
  const time = readTime(line, 1);
  if (!time) return unexpected(named(1), "an ISO 8601 time", columns.raw(1));
  for (let phase = 0; phase < 3; phase++) {
    const index = at.requestSeconds + phase;
    const ms = secondsIn(line, columns.start(index), columns.end(index));
    if (Number.isNaN(ms)) return unexpected(named(index), "seconds or -1", columns.raw(index));
    phases[phase] = ms;
  }
  for (let index = at.status; index <= at.bytesOut; index++) {
    const from = columns.start(index);
    const to = columns.end(index);
    const fits = isNothing(line, from, to) ? to > from : !Number.isNaN(integerIn(line, from, to));
    if (!fits) return unexpected(named(index), "a number or -", columns.raw(index));
  }
  if (columns.unclosed && columns.count <= fields.length) {
    return rejected(`${named(columns.count - 1)}: its quote is not closed, the line was cut`);
  }
  if (columns.count < fewest) {
    return unexpected(named(columns.count), `${fewest} columns or more`, null);
  }
  const isCreated = columns.value(at.created) !== null;
  const created = isCreated ? readTime(line, at.created) : null;
  if (isCreated && !created) {
    return unexpected(named(at.created), "an ISO 8601 time", columns.raw(at.created));
  }
  return requestOf(type, time, created);
}

/** Why a line is none of an access log: the connection log lies in the same bucket and begins with a time. */
function notAccess(line: string, type: string): ParsedLine {
  if (isConnectionLine(line)) {
    return rejected(
      "a line of the load balancer's connection log; it tells of no request and no target",
    );
  }
  return unexpected(named(0), "http, https, h2, grpcs, ws or wss", type === "" ? null : type);
}

/** `time client_ip client_port listener_port tls_protocol …`, ten to twelve columns. */
function isConnectionLine(line: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z [\da-fA-F.:]{3,45} \d{1,5} \d{1,5} (?:-|TLSv[\d.]+) /.test(
    line.slice(0, 140),
  );
}

function readTime(line: string, index: number): ReadDate | null {
  if (index >= columns.count) return null;
  const date = readIsoDate(line, columns.start(index), utc);
  return date && date.end === columns.end(index) ? date : null;
}

function requestOf(type: string, time: ReadDate, created: ReadDate | null): RequestLine {
  const isSocket = type === "ws" || type === "wss";
  const lasted = created ? Math.max(0, roundMicros(time.at - created.at)) : null;
  // The phases leave out how long a WebSocket stayed open: that is `endedAt` less `startedAt`.
  const durationMs = worked() ?? lasted;
  const startedAt = created ? created.at : time.at - (durationMs ?? 0);
  const request = requestStartedAt(roundMicros(startedAt), (created ?? time).resolutionMs);
  request.endedAt = time.at;
  request.durationMs = durationMs;
  request.lb = columns.value(2);
  request.client = splitAddress(columns.value(3) ?? "-");
  request.status = statusCode(columns.value(at.status));
  request.backendStatus = statusCode(columns.value(at.status + 1));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value(at.bytesOut - 1));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value(at.bytesOut));
  fillRequestLine(request, columns.value(12)?.trimEnd() ?? "");
  request.userAgent = columns.value(13);
  request.tls.cipher = columns.value(14);
  request.tls.protocol = columns.value(15);
  request.pool = columns.value(16);
  addCorrelationId(request, amazonRootOf(columns.value(17) ?? ""));
  request.upgrade = isSocket || request.status === 101;
  setAttempts(request);
  for (let index = 18; index < fields.length && index < columns.count; index++) {
    if (!captured[index]) continue;
    const text = columns.value(index);
    if (text === null) continue;
    if (fields[index] === "error_reason") request.termination = text;
    else request.captures[fields[index] ?? ""] = text;
  }
  return request;
}

/** By place: the columns that have no place of their own in a request, and the error's reason. */
const captured: readonly boolean[] = fields.map((field) =>
  [
    "domain_name",
    "matched_rule_priority",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
    "transformed_uri",
    "request_transform_status",
  ].includes(field),
);

function setAttempts(request: RequestLine): void {
  const target = columns.value(at.target);
  const list = columns.value(at.targets);
  // In a line that was damaged another column may stand where the list should.
  const listed = list !== null && /:\d{1,5}$/.test(list) ? list : target;
  if (listed === null) return;
  const targetMs = phases[1] ?? -1;
  const last = columns.value(at.targetStatuses);
  if (listed === target) {
    const status = statusCode(last) ?? request.backendStatus;
    request.node = target;
    request.attempts = [{ node: target, status, durationMs: targetMs < 0 ? null : targetMs }];
    return;
  }
  const targets = listed.split(" ").filter((each) => each !== "" && each !== "-");
  const statuses = (last ?? "").split(" ");
  request.attempts = targets.map((node, index) => {
    const isLast = index === targets.length - 1;
    const status = statusCode(statuses[index]) ?? (isLast ? request.backendStatus : null);
    return { node, status, durationMs: isLast && targetMs >= 0 ? targetMs : null };
  });
  request.node = target ?? targets.at(-1) ?? null;
}

/** How long the phases took together; null where one of them was not recorded. */
function worked(): number | null {
  let total = 0;
  for (const phase of phases) {
    if (phase < 0) return null;
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
  if (space > 5) return isConnectionLine(line) ? 0.9 : 0;
  if (space < 2 || !types.has(line.slice(0, space))) return 0;
  const date = readIsoDate(line, space + 1, utc);
  if (!date || line.charCodeAt(date.end) !== 32) return 0;
  return line.startsWith("app/", date.end + 1) ? 0.98 : 0.5;
}
