import type { ParsedLine } from "@/lib/domain/facts";
import { wallClockOf } from "../dates";
import type { Format, FormatOptions, LineParser } from "../format";
import { guarded } from "../guard";
import { rejected } from "../rejection";
import { readSyslogHeader, type SyslogHeader } from "../syslog";
import { type LineContext, parseHttpLog } from "./httplog";
import { recogniseHaproxy } from "./recognise";
import { parseStateLine } from "./state-lines";

/**
 * HAProxy: `option httplog`, `httpslog` and `tcplog` (told apart by
 * themselves), its state lines, and any `log-format` string.
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
  compile,
  recognise: recogniseHaproxy,
};

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  const { receivedAt } = options;
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, receivedAt);
    const context: LineContext = { clock, receivedAt, host: header.host, at: header.at };
    return parseDefault(line, header, context);
  });
}

function parseDefault(line: string, header: SyslogHeader, context: LineContext): ParsedLine {
  const state = parseStateLine(line, header.message, context);
  if (state) {
    if (state.kind === "change") state.lb = context.host;
    return state;
  }
  if (header.message >= line.length) return rejected("a syslog header without a message");
  return parseHttpLog(line, header.message, context);
}
