import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readEpochSeconds, readIsoDate } from "../dates";
import { integer, integerUpTo, secondsToMs, statusCode } from "../digits";
import { type Format, FormatStringError } from "../format";
import { guarded } from "../guard";
import { namesAll } from "../json-format";
import { readJsonObject } from "../json-line";
import { addRequestHeader } from "../named-values";
import { rejected, unexpected } from "../rejection";
import { addCorrelationId, fillUrl, hostWithoutPort, requestEndedAt } from "../request-fact";
import { readFieldsLine, readW3cLine, type W3cLine, w3cLineOf } from "../w3c";

/**
 * CloudFront, the hop in front: its standard log (33 columns with tabs between
 * them, fewer in older files; or JSON, as version 2 can write), and its
 * real-time log. It names no origin server, so no node is known from it; it
 * ties the viewer to what the balancer behind it logged.
 * Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 * and https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html
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
      if (!names?.includes("date") && !names?.includes("timestamp"))
        throw new FormatStringError("the #Fields line needs the field date, or timestamp");
    }
    return guarded((line): ParsedLine => {
      if (line.charCodeAt(0) === 35) {
        const fields = readFieldsLine(line);
        if (!fields) return rejected("a header line of the log (#); it tells of no request");
        names = fields;
        return rejected("the line #Fields names the columns; it tells of no request");
      }
      if (line.charCodeAt(0) === 123) return readJson(line);
      const count = line.split("\t", 80).length;
      const usual = isRealTime(line) ? realTime : standard;
      const columns = readW3cLine(line, names ?? usual.slice(0, count), "\t");
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
    if (line.charCodeAt(0) === 123) {
      return namesAll(line.slice(0, 4096), "x-edge-location", "sc-status") ? 0.97 : 0;
    }
    if (isRealTime(line)) return 0.95;
    return /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}[\w-]{0,12}\t(?:\d+|-)\t/.test(
      line.slice(0, 80),
    )
      ? 0.97
      : 0;
  },
};

/** The oldest files have the columns up to x-edge-request-id. */
const fewest = 15;

const standard = [
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

/** All fields of a real-time log in the order in which it offers them. */
const realTime = [
  "timestamp",
  "c-ip",
  "time-to-first-byte",
  "sc-status",
  "sc-bytes",
  "cs-method",
  "cs-protocol",
  "cs-host",
  "cs-uri-stem",
  "cs-bytes",
  "x-edge-location",
  "x-edge-request-id",
  "x-host-header",
  "time-taken",
  "cs-protocol-version",
  "c-ip-version",
  "cs-user-agent",
  "cs-referer",
  "cs-cookie",
  "cs-uri-query",
  "x-edge-response-result-type",
  "x-forwarded-for",
  "ssl-protocol",
  "ssl-cipher",
  "x-edge-result-type",
  "fle-encrypted-fields",
  "fle-status",
  "sc-content-type",
  "sc-content-len",
  "sc-range-start",
  "sc-range-end",
  "c-port",
  "x-edge-detailed-result-type",
  "c-country",
  "cs-accept-encoding",
  "cs-accept",
  "cache-behavior-path-pattern",
  "cs-headers",
  "cs-header-names",
  "cs-headers-count",
  "primary-distribution-id",
  "primary-distribution-dns-name",
  "origin-fbl",
  "origin-lbl",
  "asn",
];

/** `1795233522.123 203.0.113.9 0.002 200 …`, with tabs between. */
function isRealTime(line: string): boolean {
  return /^\d{10}(?:\.\d{1,6})?\t[\da-fA-F.:]{3,45}\t(?:[\d.]{1,12}|-)\t(?:\d{3}|-)\t/.test(
    line.slice(0, 100),
  );
}

function readJson(line: string): ParsedLine {
  const members = readJsonObject(line, 0);
  if (!members) return rejected("the line begins like JSON and is none: it was cut");
  const columns = new Map<string, string>();
  for (const [name, value] of members) {
    if (value !== "-" && value !== "") columns.set(name.toLowerCase(), value);
  }
  return read(w3cLineOf(columns));
}

const utc = (wallMs: number) => wallMs;

/** When the edge had answered: date and time, or seconds since 1970. */
function endOf(columns: W3cLine): { at: number; resolutionMs: number } | null {
  const stamp = columns.value("timestamp(ms)") ?? columns.value("timestamp");
  if (stamp !== null) {
    if (/^\d{13}$/.test(stamp)) return { at: Number(stamp), resolutionMs: 1 };
    return readEpochSeconds(stamp);
  }
  const written = `${columns.value("date") ?? ""}T${columns.value("time") ?? ""}`;
  const date = readIsoDate(written, 0, utc);
  return date && date.end === written.length ? date : null;
}

function read(columns: W3cLine): ParsedLine {
  const date = endOf(columns);
  if (!date) {
    const written = columns.value("timestamp") ?? columns.value("date") ?? "";
    return unexpected('fields "date" and "time", or "timestamp"', "a date", written);
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
  const distribution = columns.value("cs(host)") ?? columns.value("cs-host");
  request.lb = distribution ?? "cloudfront";
  request.listener = columns.value("x-edge-location");
  request.client = {
    ip: ipAddressOf(columns.value("c-ip") ?? ""),
    port: integerUpTo(65_535, columns.value("c-port")),
  };
  request.method = columns.value("cs-method");
  // A real-time log has the query in its place and in the stem.
  fillUrl(request, columns.value("cs-uri-stem"));
  request.query = columns.value("cs-uri-query") ?? request.query;
  request.host = hostWithoutPort(columns.value("x-host-header") ?? distribution ?? "");
  request.protocol = columns.value("cs-protocol-version");
  request.status = statusCode(columns.value("sc-status"));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("cs-bytes"));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("sc-bytes"));
  request.tls = { protocol: columns.value("ssl-protocol"), cipher: columns.value("ssl-cipher") };
  for (const header of ["referer", "user-agent", "cookie"]) {
    const value = columns.value(`cs(${header})`) ?? columns.value(`cs-${header}`);
    if (value !== null) addRequestHeader(request, header, decoded(value));
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
