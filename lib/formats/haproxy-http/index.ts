import type { ParsedLine } from "@/lib/domain/facts";
import { wallClockOf } from "../dates";
import { type Format, type FormatOptions, FormatStringError, type LineParser } from "../format";
import { guarded } from "../guard";
import { readJsonObject } from "../json-line";
import { rejected, unexpected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { templateOf } from "../template";
import { finished, newDraft } from "./draft";
import { type LineContext, parseHttpLog } from "./httplog";
import { clfLogFormat, type LogFormat, readLogFormat, readStatement } from "./log-format";
import { isClfLine, recogniseHaproxy } from "./recognise";
import { parseStateLine } from "./state-lines";

/**
 * HAProxy: `option httplog` (also `clf`), `httpslog` and `tcplog`, told apart
 * by themselves; its state lines; any `log-format` string.
 * Source: HAProxy's configuration manual, chapter 8, versions 2.0 to 3.3.
 */
export const haproxyHttp: Format = {
  name: "haproxy-http",
  aliases: [
    "haproxy",
    "haproxy-https",
    "haproxy-tcp",
    "haproxy-custom",
    "haproxy-clf",
    "haproxy-events",
  ],
  title: "HAProxy",
  formatString: "optional",
  strict: true,
  compile,
  recognise: recogniseHaproxy,
};

type MessageReader = (line: string, start: number, context: LineContext) => ParsedLine;

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  const { receivedAt } = options;
  const readRequest = readerOf(options.formatString);
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, receivedAt);
    const context: LineContext = { clock, receivedAt, host: header.host, at: header.at };
    if (header.message >= line.length) return rejected("a syslog header without a message");
    const state = parseStateLine(line, header.message, context);
    if (state) {
      if (state.kind === "change") state.lb = context.host;
      return state;
    }
    const parsed = readRequest(line, header.message, context);
    // A format may itself begin like a syslog header, with a date.
    if (parsed.kind !== "rejected" || header.message === 0) return parsed;
    const whole = readRequest(line, 0, { ...context, host: null });
    return whole.kind === "rejected" ? parsed : whole;
  });
}

const clf = templateReader(readLogFormat(clfLogFormat));

function readDefault(line: string, start: number, context: LineContext): ParsedLine {
  return isClfLine(line, start) ? clf(line, start, context) : parseHttpLog(line, start, context);
}

function readerOf(formatString: string | null | undefined): MessageReader {
  if (!formatString || formatString.trim() === "") return readDefault;
  const meaning = readStatement(formatString);
  if (meaning.option === "default") return readDefault;
  if (meaning.option === "clf") return clf;
  const read = templateReader(readLogFormat(meaning.text));
  return (line, start, context) => {
    const parsed = read(line, start, context);
    if (parsed.kind !== "rejected") return parsed;
    // Connections that ended before a request are logged in a form of their own.
    const plain = parseHttpLog(line, start, context);
    return plain.kind === "rejected" && plain.reason.startsWith("connection error")
      ? plain
      : parsed;
  };
}

function templateReader(format: LogFormat): MessageReader {
  if (format.json) return jsonReader(format);
  const run = templateOf(format.pieces, { mergesSpaces: true });
  return (line, start, context) => {
    const draft = newDraft(context);
    return run(draft, line, start) ?? finished(draft);
  };
}

/** Reads what `%{+json}o` writes: one object with a member for each named item. */
function jsonReader(format: LogFormat): MessageReader {
  const items = format.json;
  if (!items || items.size === 0) {
    throw new FormatStringError("with %{+json}o each item needs a name, as in %(client)ci");
  }
  return (line, start, context) => {
    const members = readJsonObject(line, start);
    if (!members) return unexpected("the message", "a JSON object", line.slice(start, start + 61));
    const draft = newDraft(context);
    for (const [name, slot] of items) {
      const value = members.get(name);
      if (value === undefined || value === "" || value === "-") continue;
      const expected = slot.assign(draft, value);
      if (expected !== null) return unexpected(`member "${name}" (${slot.name})`, expected, value);
    }
    return finished(draft);
  };
}
