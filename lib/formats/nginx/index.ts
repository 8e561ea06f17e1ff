import type { EpochMs, ParsedLine } from "@/lib/domain/facts";
import { readLogDate, type WallClock, wallClockOf } from "../dates";
import type { Format, FormatOptions, LineParser } from "../format";
import { guarded } from "../guard";
import { rejected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { templateOf } from "../template";
import { openBracket, readCombined } from "./combined";
import { finished, newDraft } from "./draft";
import { isErrorLine, parseErrorLine } from "./error-log";
import { parseJsonLine, recogniseJson } from "./json";
import { readLogFormat, readStatement } from "./log-format";

/**
 * NGINX: the predefined combined format with what people append to it
 * (ingress-nginx's default included), JSON lines with the usual names, any
 * `log_format` string, and error.log's lines about failing upstream servers.
 * Source: https://nginx.org/en/docs/http/ngx_http_log_module.html
 */
export const nginxCombined: Format = {
  name: "nginx-combined",
  aliases: [
    "nginx",
    "nginx-upstream",
    "nginx-json",
    "nginx-custom",
    "nginx-error",
    "ingress-nginx",
  ],
  title: "NGINX",
  formatString: "optional",
  compile,
  recognise,
};

/** Reads the message that begins at `start`; the syslog header before it told `at` and `host`. */
type MessageReader = (
  line: string,
  start: number,
  at: EpochMs | null,
  host: string | null,
) => ParsedLine;

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  const read = readerOf(options.formatString, clock);
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, options.receivedAt);
    if (header.message >= line.length) return rejected("a syslog header without a message");
    if (isErrorLine(line, header.message)) {
      const failure = parseErrorLine(line, header.message, clock);
      if (failure) {
        if (failure.kind === "change") failure.lb = header.host;
        return failure;
      }
    }
    const parsed = read(line, header.message, header.at, header.host);
    // A format may itself begin like a syslog header, with a date.
    if (parsed.kind !== "rejected" || header.message === 0) return parsed;
    const whole = read(line, 0, null, null);
    return whole.kind === "rejected" ? parsed : whole;
  });
}

/** Names of formats that need no string: the predefined one, and the one of NGINX's example configuration. */
const predefined = new Set(["", "combined", "main", "upstreaminfo"]);

function readerOf(formatString: string | null | undefined, clock: WallClock): MessageReader {
  if (!formatString || predefined.has(formatString.trim())) return defaultReader(clock);
  const run = templateOf(readLogFormat(readStatement(formatString)), { mergesSpaces: false });
  return (line, start, at, host) => {
    const draft = newDraft(clock);
    return run(draft, line, start) ?? finished(draft, at, host);
  };
}

function defaultReader(clock: WallClock): MessageReader {
  return (line, start, at, host) => {
    if (line.charCodeAt(start) === 123) return parseJsonLine(line, start, clock, at, host);
    const draft = newDraft(clock);
    return readCombined(draft, line, start) ?? finished(draft, at, host);
  };
}

const utc = (wallMs: number) => wallMs;

function recognise(line: string): number {
  const { message } = readSyslogHeader(line, utc, 0);
  if (line.charCodeAt(message) === 123) return recogniseJson(line, message);
  if (isErrorLine(line, message)) return 0.8;
  const open = openBracket(line, message, utc);
  if (open < 0) return 0;
  const date = readLogDate(line, open + 2, utc);
  if (!date || !line.startsWith('] "', date.end)) return 0;
  const dash = line.indexOf(" - ", message);
  // `address identity user`, as Apache can write it.
  if (dash < 0 || dash > open) return /^\S+ \S+ \S/.test(line.slice(message, open)) ? 0.55 : 0.3;
  return hasForeignTail(line, date.end + 3) ? 0.6 : 0.9;
}

/**
 * True where one or two numbers and then a quoted name follow referer and user
 * agent, as in the common log formats of HAProxy and Traefik.
 */
function hasForeignTail(line: string, request: number): boolean {
  let at = request;
  for (let quotes = 0; quotes < 5; quotes++) {
    at = line.indexOf('"', at) + 1;
    if (at === 0) return false;
  }
  return /^ \d+ (?:\d+ )?"/.test(line.slice(at, at + 40));
}
