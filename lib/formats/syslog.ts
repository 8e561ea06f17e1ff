import type { EpochMs } from "@/lib/domain/facts";
import { readIsoDate, readSyslogDate, type WallClock } from "./dates";
import { isDigit } from "./digits";

/** What stood before the message. `at` and `host` are null where the header does not say. */
export interface SyslogHeader {
  /** Where the message begins in the line; 0 when there is no header. */
  message: number;
  at: EpochMs | null;
  host: string | null;
  /** The program's name, without its process id. */
  tag: string | null;
}

const none: SyslogHeader = { message: 0, at: null, host: null, tag: null };

/**
 * Reads the syslog header of a line: RFC 3164 (with or without `<PRI>`, host
 * and process), RFC 5424, the ISO date that rsyslog writes, octet counts
 * (RFC 6587), or a bare `haproxy[123]: `. Without one: `message` is 0.
 */
export function readSyslogHeader(
  line: string,
  clock: WallClock,
  receivedAt: EpochMs,
): SyslogHeader {
  let at = 0;
  let code = line.charCodeAt(0);
  if (code === 123 || code === 91) return none;
  if (isDigit(code)) {
    const afterCount = skipOctetCount(line);
    if (afterCount > 0) {
      at = afterCount;
      code = 60;
    }
  }
  const priority = code === 60 ? skipPriority(line, at) : -1;
  if (priority > 0) {
    at = priority;
    if (isDigit(line.charCodeAt(at)) && line.charCodeAt(at + 1) === 32) {
      return readRfc5424(line, at + 2, clock) ?? none;
    }
  }
  const date = isDigit(line.charCodeAt(at))
    ? readIsoDate(line, at, clock)
    : readSyslogDate(line, at, clock, receivedAt);
  if (date && line.charCodeAt(date.end) === 32) {
    const container = afterContainerPrefix(line, date.end + 1);
    if (container > 0) return { message: container, at: date.at, host: null, tag: null };
    return readHostAndTag(line, skipSpaces(line, date.end), date.at);
  }
  const tagged = readTag(line, at);
  if (tagged)
    return { message: skipSpaces(line, tagged.end), at: null, host: null, tag: tagged.tag };
  return priority > 0 ? { ...none, message: priority } : none;
}

/** Where the message begins after the `stdout F ` that container runtimes (CRI) put behind the date; 0 when there is none. */
function afterContainerPrefix(line: string, from: number): number {
  if (!line.startsWith("stdout ", from) && !line.startsWith("stderr ", from)) return 0;
  const flag = line.charCodeAt(from + 7);
  return (flag === 70 || flag === 80) && line.charCodeAt(from + 8) === 32 ? from + 9 : 0;
}

/** Past the spaces that pad a header; no header has more of them. */
const mostSpaces = 64;

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 32 && at - from < mostSpaces) at++;
  return at;
}

/** `123 <` : where the `<` stands, or 0. */
function skipOctetCount(line: string): number {
  let at = 1;
  while (at < 8 && isDigit(line.charCodeAt(at))) at++;
  return line.charCodeAt(at) === 32 && line.charCodeAt(at + 1) === 60 ? at + 1 : 0;
}

/** `<134>` : where it ends, or -1. */
function skipPriority(line: string, from: number): number {
  let at = from + 1;
  while (at < from + 4 && isDigit(line.charCodeAt(at))) at++;
  return at > from + 1 && line.charCodeAt(at) === 62 ? at + 1 : -1;
}

/** A process tag, `haproxy[123]:` or `nginx:`, at `at`. */
function readTag(line: string, at: number): { tag: string; end: number } | null {
  if (isDigit(line.charCodeAt(at))) return null;
  let end = at;
  for (; end < at + 64; end++) {
    const code = line.charCodeAt(end);
    const isName =
      isDigit(code) ||
      (code >= 65 && code <= 90) ||
      (code >= 97 && code <= 122) ||
      code === 45 ||
      code === 95 ||
      code === 46 ||
      code === 47;
    if (!isName) break;
  }
  if (end === at) return null;
  let stop = end;
  if (line.charCodeAt(stop) === 91) {
    stop++;
    while (stop < end + 12 && isDigit(line.charCodeAt(stop))) stop++;
    if (line.charCodeAt(stop) !== 93) return null;
    stop++;
  }
  if (line.charCodeAt(stop) !== 58 || line.charCodeAt(stop + 1) !== 32) return null;
  return { tag: line.slice(at, end), end: stop + 1 };
}

function readHostAndTag(line: string, from: number, date: EpochMs): SyslogHeader {
  const first = readTag(line, from);
  if (first) return { message: skipSpaces(line, first.end), at: date, host: null, tag: first.tag };
  const hostEnd = line.indexOf(" ", from);
  if (hostEnd < 0) return { message: from, at: date, host: null, tag: null };
  const second = readTag(line, skipSpaces(line, hostEnd));
  if (!second) return { message: from, at: date, host: null, tag: null };
  return {
    message: skipSpaces(line, second.end),
    at: date,
    host: namedHost(line.slice(from, hostEnd)),
    tag: second.tag,
  };
}

/** `<134>1 ` was read; now `time host program process message-id structured-data message`. */
function readRfc5424(line: string, from: number, clock: WallClock): SyslogHeader | null {
  const hostStart = line.indexOf(" ", from) + 1;
  const programStart = line.indexOf(" ", hostStart) + 1;
  const processStart = line.indexOf(" ", programStart) + 1;
  const idStart = line.indexOf(" ", processStart) + 1;
  const dataStart = line.indexOf(" ", idStart) + 1;
  if (hostStart === 0 || programStart === 0 || processStart === 0) return null;
  if (idStart === 0 || dataStart === 0) return null;
  const dataEnd = skipStructuredData(line, dataStart);
  if (dataEnd < 0) return null;
  const date = readIsoDate(line, from, clock);
  let message = skipSpaces(line, dataEnd);
  if (line.charCodeAt(message) === 0xfeff) message++;
  const tag = line.slice(programStart, processStart - 1);
  return {
    message,
    at: date ? date.at : null,
    host: namedHost(line.slice(hostStart, programStart - 1)),
    tag: tag === "-" ? null : tag,
  };
}

function skipStructuredData(line: string, from: number): number {
  if (line.charCodeAt(from) === 45) return from + 1;
  let at = from;
  while (line.charCodeAt(at) === 91) {
    let inQuotes = false;
    for (at++; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code === 92) at++;
      else if (code === 34) inQuotes = !inQuotes;
      else if (code === 93 && !inQuotes) break;
    }
    if (at >= line.length) return -1;
    at++;
  }
  return at === from ? -1 : at;
}

/** A host that says which machine it is; HAProxy writes `localhost` or `-` when it was not told to send its name. */
function namedHost(host: string): string | null {
  return host === "-" || host === "" || host === "localhost" || host === "127.0.0.1" ? null : host;
}
