import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readIsoDate } from "../dates";
import { integer, integerUpTo, secondsToMs, statusCode } from "../digits";
import { type Format, FormatStringError } from "../format";
import { guarded } from "../guard";
import { addRequestHeader } from "../named-values";
import { rejected, unexpected } from "../rejection";
import { addCorrelationId, hostWithoutPort, requestEndedAt } from "../request-fact";
import { readFieldsLine, readW3cLine, type W3cLine } from "../w3c";

/**
 * CloudFront's standard log, the hop in front: 33 columns with tabs between
 * them (fewer in older files). It names no origin server, so no node is known
 * from it; it ties the viewer to what the balancer behind it logged.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export const cloudFront: Format = {
  name: "cloudfront",
  aliases: ["aws-cloudfront"],
  title: "CloudFront",
  formatString: "optional",
  compile: (options) => {
    let names: readonly string[] | null = null;
    if (options.formatString?.trim()) {
      names = readFieldsLine(options.formatString.trim().replace(/^(?!#?Fields:)/i, "#Fields: "));
      if (!names?.includes("date"))
        throw new FormatStringError("the #Fields line needs the field date");
    }
    return guarded((line): ParsedLine => {
      if (line.charCodeAt(0) === 35) {
        const fields = readFieldsLine(line);
        if (!fields) return rejected("a header line of the log (#); it tells of no request");
        names = fields;
        return rejected("the line #Fields names the columns; it tells of no request");
      }
      const count = line.split("\t", 64).length;
      const columns = readW3cLine(line, names ?? defaults.slice(0, count), "\t");
      if (!columns || (names === null && count < fewest)) {
        return rejected(
          `the line has ${count} columns with tabs between them; expected ${names?.length ?? fewest} or more`,
        );
      }
      return read(columns);
    });
  },
  recognise: (line) => {
    if (line.startsWith("#Fields:") && line.slice(0, 300).includes("x-edge-location")) return 0.97;
    return /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}[\w-]{0,12}\t(?:\d+|-)\t/.test(
      line.slice(0, 80),
    )
      ? 0.97
      : 0;
  },
};

/** The oldest files have the columns up to x-edge-request-id. */
const fewest = 15;

const defaults = [
  "date",
  "time",
  "x-edge-location",
  "sc-bytes",
  "c-ip",
  "cs-method",
  "cs(host)",
  "cs-uri-stem",
  "sc-status",
  "cs(referer)",
  "cs(user-agent)",
  "cs-uri-query",
  "cs(cookie)",
  "x-edge-result-type",
  "x-edge-request-id",
  "x-host-header",
  "cs-protocol",
  "cs-bytes",
  "time-taken",
  "x-forwarded-for",
  "ssl-protocol",
  "ssl-cipher",
  "x-edge-response-result-type",
  "cs-protocol-version",
  "fle-status",
  "fle-encrypted-fields",
  "c-port",
  "time-to-first-byte",
  "x-edge-detailed-result-type",
  "sc-content-type",
  "sc-content-len",
  "sc-range-start",
  "sc-range-end",
];

const utc = (wallMs: number) => wallMs;

function read(columns: W3cLine): ParsedLine {
  const written = `${columns.value("date") ?? ""}T${columns.value("time") ?? ""}`;
  const date = readIsoDate(written, 0, utc);
  if (!date || date.end !== written.length) {
    return unexpected('fields "date" and "time"', "2026-11-21 and 08:12:32", written);
  }
  for (const name of ["sc-status", "sc-bytes", "cs-bytes"]) {
    const text = columns.value(name);
    // 000 is written where the viewer closed the connection.
    if (text !== null && integer(text) === null)
      return unexpected(`field "${name}"`, "a whole number", text);
  }
  const taken = columns.value("time-taken");
  if (taken !== null && secondsToMs(taken) === null)
    return unexpected('field "time-taken"', "seconds", taken);
  const request = requestEndedAt(date.at, date.resolutionMs, secondsToMs(taken));
  request.lb = columns.value("cs(host)") ?? "cloudfront";
  request.listener = columns.value("x-edge-location");
  request.client = {
    ip: ipAddressOf(columns.value("c-ip") ?? ""),
    port: integerUpTo(65_535, columns.value("c-port")),
  };
  request.method = columns.value("cs-method");
  request.path = columns.value("cs-uri-stem");
  request.query = columns.value("cs-uri-query");
  request.host = hostWithoutPort(columns.value("x-host-header") ?? columns.value("cs(host)") ?? "");
  request.protocol = columns.value("cs-protocol-version");
  request.status = statusCode(columns.value("sc-status"));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("cs-bytes"));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("sc-bytes"));
  request.tls = { protocol: columns.value("ssl-protocol"), cipher: columns.value("ssl-cipher") };
  for (const name of ["cs(referer)", "cs(user-agent)", "cs(cookie)"]) {
    const value = columns.value(name);
    if (value !== null) addRequestHeader(request, name.slice(3, -1), decoded(value));
  }
  const forwarded = columns.value("x-forwarded-for");
  if (forwarded !== null) addRequestHeader(request, "x-forwarded-for", decoded(forwarded));
  addCorrelationId(request, columns.value("x-edge-request-id"));
  const result = columns.value("x-edge-result-type");
  if (result !== null) request.captures.cache = result;
  const detail = columns.value("x-edge-detailed-result-type");
  request.termination =
    result === "Error" || result === "LimitExceeded" ? (detail ?? result) : null;
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/** CloudFront writes `%20` for a space, and `%2520` for one that was already written so. */
function decoded(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value.replaceAll("%25", "%")).replaceAll("\0", "\ufffd");
  } catch (error) {
    if (error instanceof URIError) return value;
    throw error;
  }
}
