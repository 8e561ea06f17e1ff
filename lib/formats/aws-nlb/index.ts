import type { ParsedLine } from "@/lib/domain/facts";
import { readIsoDate } from "../dates";
import { integer, integerUpTo } from "../digits";
import type { Format } from "../format";
import { guarded } from "../guard";
import { unexpected } from "../rejection";
import { requestEndedAt, requestStartedAt, setServedBy, splitAddress } from "../request-fact";

/**
 * AWS Network Load Balancer access logs, which tell of TLS connections only:
 * 22 columns, 18 in version 1.0. A connection is told as a request without method and status.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
 */
export const awsNlb: Format = {
  name: "aws-nlb",
  aliases: ["nlb"],
  title: "AWS Network Load Balancer",
  formatString: "none",
  strict: true,
  compile: () => guarded(parse),
  recognise: (line) =>
    /^tls \d\.\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,8} /.test(line.slice(0, 60)) ? 0.97 : 0,
};

const utc = (wallMs: number) => wallMs;

const fields = [
  "type",
  "version",
  "time",
  "elb",
  "listener",
  "client:port",
  "destination:port",
  "connection_time",
  "tls_handshake_time",
  "received_bytes",
  "sent_bytes",
  "incoming_tls_alert",
  "chosen_cert_arn",
  "chosen_cert_serial",
  "tls_cipher",
  "tls_protocol_version",
  "tls_named_group",
  "domain_name",
  "alpn_fe_protocol",
  "alpn_be_protocol",
  "alpn_client_preference_list",
  "tls_connection_creation_time",
] as const;
const fewest = 18;
const named = (index: number) => `field ${index + 1} ${fields[index] ?? ""}`;

function parse(line: string): ParsedLine {
  // No value holds a space; the ALPN list has quotes and no spaces.
  const values = line.trimEnd().split(" ", 64);
  if (values[0] !== "tls") return unexpected(named(0), "tls", values[0] ?? null);
  const ended = dateOf(values[2]);
  if (!ended) return unexpected(named(2), "an ISO 8601 time", values[2] ?? null);
  for (let index = 7; index < 11; index++) {
    const text = values[index];
    if (text === undefined || (text !== "-" && integer(text) === null)) {
      return unexpected(named(index), "a whole number or -", text ?? null);
    }
  }
  if (values.length < fewest)
    return unexpected(named(values.length), `${fewest} columns or more`, null);
  const value = (index: number): string | null => {
    const text = values[index];
    return text === undefined || text === "" || text === "-" ? null : text;
  };
  const created = value(21) === null ? null : dateOf(values[21]);
  if (value(21) !== null && !created) {
    return unexpected(named(21), "an ISO 8601 time", values[21] ?? null);
  }
  const lasted = integerUpTo(1e12, value(7));
  const request = created
    ? requestStartedAt(created.at, created.resolutionMs)
    : requestEndedAt(ended.at, ended.resolutionMs, lasted);
  request.durationMs = lasted;
  request.endedAt = ended.at;
  request.lb = value(3);
  request.listener = value(4);
  request.client = splitAddress(value(5) ?? "-");
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, value(9));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, value(10));
  request.termination = value(11);
  request.tls = { cipher: value(14), protocol: value(15) };
  request.host = value(17);
  setServedBy(request, value(6));
  return request;
}

function dateOf(text: string | undefined): { at: number; resolutionMs: number } | null {
  const date = text === undefined ? null : readIsoDate(text, 0, utc);
  return date && date.end === text?.length ? date : null;
}
