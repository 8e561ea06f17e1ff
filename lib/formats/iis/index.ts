import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readArrQuery } from "../arr-query";
import { correlationIdByShape, correlationIdOf } from "../correlation";
import { readIsoDate, wallClockOf } from "../dates";
import { integer, integerUpTo, statusCode } from "../digits";
import { type Format, FormatStringError } from "../format";
import { guarded } from "../guard";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { rejected, unexpected } from "../rejection";
import { addCorrelationId, hostWithoutPort, requestEndedAt } from "../request-fact";
import { headerOfColumn, readFieldsLine, readW3cLine, type W3cLine } from "../w3c";

/**
 * IIS, and its Application Request Routing as a balancer: W3C extended logs.
 * The columns are those of the last `#Fields:` line; of the format string (the
 * same line) before there was one; else IIS's own default.
 * Sources: https://learn.microsoft.com/windows/win32/http/w3c-logging and
 * https://learn.microsoft.com/iis/extensions/planning-for-arr/
 */
export const iis: Format = {
  name: "iis-w3c",
  aliases: ["iis", "iis-arr", "w3c"],
  title: "IIS, ARR",
  formatString: "optional",
  compile: (options) => {
    const clock = wallClockOf(options.timezone);
    let names: readonly string[] | null = null;
    if (options.formatString?.trim()) {
      const given = readFieldsLine(
        options.formatString.trim().replace(/^(?!#?Fields:)/i, "#Fields: "),
      );
      if (!given?.includes("date") || !given.includes("time")) {
        throw new FormatStringError("the #Fields line needs the fields date and time");
      }
      names = given;
    }
    return guarded((line): ParsedLine => {
      if (line.charCodeAt(0) === 35) {
        const fields = readFieldsLine(line);
        if (!fields) return rejected("a header line of the log (#); it tells of no request");
        names = fields;
        return rejected("the line #Fields names the columns; it tells of no request");
      }
      const columns = names ? readW3cLine(line, names, " ") : usualColumns(line);
      if (!columns) {
        return rejected(
          names
            ? `the line has not the ${names.length} columns of #Fields`
            : "the line has not the columns of IIS's default; give its #Fields line as the format string",
        );
      }
      return read(columns, clock);
    });
  },
  recognise: (line) => {
    if (/^#(?:Fields: .*\b(?:cs-uri-stem|s-ip)\b|Software: Microsoft)/.test(line.slice(0, 600))) {
      return line.includes("x-edge-location") ? 0 : 0.95;
    }
    if (/^#(?:Date|Version): [\d.]/.test(line.slice(0, 20))) return 0.5;
    return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[\w-]{1,64} ){0,2}(?:[\da-fA-F.:%]{3,60}|[\w-]{1,64}) [A-Z]{3,20} \//.test(
      line.slice(0, 300),
    )
      ? 0.93
      : 0;
  },
};

/** What is logged where no #Fields line was seen yet: IIS 8.5 and later, IIS 7, IIS 6, all fields, and Azure's App Service. */
const usual = [
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) cs(referer) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) sc-status sc-substatus sc-win32-status time-taken",
  "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) sc-status sc-substatus sc-win32-status",
  "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(user-agent) cs(cookie) cs(referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
  "date time s-sitename cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) cs(cookie) cs(referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
].map((fields) => fields.split(" "));

/** A line's columns under the usual names that fit their number and where its method and status stand. */
function usualColumns(line: string): W3cLine | null {
  for (const names of usual) {
    const columns = readW3cLine(line, names, " ");
    if (!columns || !/^\d{3}$/.test(columns.value("sc-status") ?? "")) continue;
    if (/^[A-Z]{3,20}$/.test(columns.value("cs-method") ?? "")) return columns;
  }
  return null;
}

/** Columns that have a place of their own, or are of no use here. */
const placed = new Set([
  "date",
  "time",
  "s-ip",
  "s-port",
  "s-sitename",
  "s-computername",
  "cs-method",
  "cs-uri-stem",
  "cs-uri-query",
  "cs-username",
  "cs-version",
  "cs-host",
  "cs-bytes",
  "c-ip",
  "c-port",
  "sc-status",
  "sc-bytes",
  "time-taken",
]);

function read(columns: W3cLine, clock: (wallMs: number) => number): ParsedLine {
  const written = `${columns.value("date") ?? ""}T${columns.value("time") ?? ""}`;
  const date = readIsoDate(written, 0, clock);
  if (!date || date.end !== written.length) {
    return unexpected('fields "date" and "time"', "2026-11-21 08:12:32", written);
  }
  for (const name of ["sc-status", "time-taken", "sc-bytes", "cs-bytes"]) {
    const text = columns.value(name);
    if (text !== null && integer(text) === null)
      return unexpected(`field "${name}"`, "a whole number", text);
  }
  // The line is written when the response has been sent.
  const request = requestEndedAt(
    date.at,
    date.resolutionMs,
    integerUpTo(1e12, columns.value("time-taken")),
  );
  request.lb = columns.value("s-computername") ?? columns.value("s-ip");
  request.listener = columns.value("s-sitename") ?? columns.value("s-port");
  request.client = {
    ip: ipAddressOf(columns.value("c-ip") ?? ""),
    port: integerUpTo(65_535, columns.value("c-port")),
  };
  request.method = columns.value("cs-method");
  request.path = columns.value("cs-uri-stem");
  request.query = columns.value("cs-uri-query");
  request.host = hostWithoutPort(columns.value("cs-host") ?? columns.value("cs(host)") ?? "");
  request.protocol = columns.value("cs-version");
  request.status = statusCode(columns.value("sc-status"));
  request.bytesIn = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("cs-bytes"));
  request.bytesOut = integerUpTo(Number.MAX_SAFE_INTEGER, columns.value("sc-bytes"));
  for (const [name, value] of columns.entries()) {
    if (placed.has(name)) continue;
    const header = headerOfColumn(name);
    // A space is written as +.
    const text = value.replaceAll("+", " ");
    if (header?.header === "host") continue;
    if (header?.side === "request") addRequestHeader(request, header.header, text);
    else if (header?.side === "response") addResponseHeader(request, header.header, text);
    // Custom fields are called as the operator likes, most often as the header itself.
    else if (name === "cookie") addRequestHeader(request, name, text);
    else if (name === "set-cookie") addResponseHeader(request, name, text);
    else {
      request.captures[name] = value;
      addCorrelationId(request, correlationIdOf(name, value) ?? correlationIdByShape(value));
    }
  }
  if (request.query !== null) readArrQuery(request, request.query);
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}
