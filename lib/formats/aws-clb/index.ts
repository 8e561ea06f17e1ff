import type { ParsedLine } from "@/lib/domain/facts";
import { Columns } from "../columns";
import { readIsoDate } from "../dates";
import { integer, integerUpTo, secondsToMs, statusCode } from "../digits";
import type { Format } from "../format";
import { guarded } from "../guard";
import { rejected, unexpected } from "../rejection";
import {
  fillRequestLine,
  requestStartedAt,
  setDuration,
  setServedBy,
  splitAddress,
} from "../request-fact";

/**
 * AWS Classic Load Balancer access logs: 15 columns, 12 before 2015.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html
 */
export const awsClb: Format = {
  name: "aws-clb",
  aliases: ["clb", "aws-elb"],
  title: "AWS Classic Load Balancer",
  formatString: "none",
  strict: true,
  compile: () => guarded(parse),
  recognise,
};

const utc = (wallMs: number) => wallMs;
const columns = new Columns();

const fields = [
  "time",
  "elb",
  "client:port",
  "backend:port",
  "request_processing_time",
  "backend_processing_time",
  "response_processing_time",
  "elb_status_code",
  "backend_status_code",
  "received_bytes",
  "sent_bytes",
  "request",
  "user_agent",
  "ssl_cipher",
  "ssl_protocol",
] as const;
const fewest = 12;
const named = (index: number) => `field ${index + 1} ${fields[index] ?? ""}`;

function parse(line: string): ParsedLine {
  if (line.startsWith("Enable AccessLog")) {
    return rejected(
      "the test object that AWS writes when the log is switched on; it tells of no request",
    );
  }
  columns.cut(line);
  const time = readIsoDate(line, 0, utc);
  if (!time || time.end !== columns.end(0)) {
    return unexpected(named(0), "an ISO 8601 time", columns.raw(0));
  }
  for (let index = 4; index < 11; index++) {
    const text = columns.raw(index);
    const isSeconds = index < 7;
    const fits =
      text === "-" ||
      text === "-1" ||
      (text !== null && (isSeconds ? secondsToMs(text) : integer(text)) !== null);
    if (!fits) return unexpected(named(index), isSeconds ? "seconds or -1" : "a number or -", text);
  }
  if (columns.unclosed && columns.count <= fields.length) {
    return rejected(`${named(columns.count - 1)}: its quote is not closed, the line was cut`);
  }
  if (columns.count < fewest)
    return unexpected(named(columns.count), `${fewest} columns or more`, null);
  const value = (index: number) => columns.value(index);
  const request = requestStartedAt(time.at, time.resolutionMs);
  const phases = [4, 5, 6].map((index) => secondsToMs(value(index)));
  const total = phases.reduce<number | null>(
    (sum, phase) => (sum === null || phase === null ? null : sum + phase),
    0,
  );
  setDuration(request, total === null ? null : Math.round(total * 1000) / 1000);
  request.lb = value(1);
  request.client = splitAddress(value(2) ?? "-");
  request.status = statusCode(value(7));
  request.backendStatus = statusCode(value(8));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, value(9));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, value(10));
  // A TCP listener writes `- - - `.
  if (!value(11)?.startsWith("- - -")) fillRequestLine(request, value(11) ?? "");
  request.userAgent = value(12);
  request.tls = { cipher: value(13), protocol: value(14) };
  setServedBy(request, value(3), phases[1] ?? null);
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/** `time name client:port backend:port seconds …`: no other format has an address in its third column. */
function recognise(line: string): number {
  if (line.startsWith("Enable AccessLog")) return 0.9;
  const date = readIsoDate(line, 0, utc);
  if (!date || line.charCodeAt(date.end) !== 32 || line.charCodeAt(date.end - 1) !== 90) return 0;
  return /^[\w.-]{1,64} [\da-fA-F.:[\]]{3,45}:\d{1,5} (?:-|\S{1,60}:\d{1,5}) -?[\d.]+ -?[\d.]+ /.test(
    line.slice(date.end + 1, date.end + 300),
  )
    ? 0.95
    : 0;
}
