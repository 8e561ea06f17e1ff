import type { EpochMs, ParsedLine } from "@/lib/domain/facts";
import { readLogDate, type WallClock, wallClockOf } from "../dates";
import type { Format, FormatOptions, LineParser } from "../format";
import { guarded } from "../guard";
import { rejected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { templateOf } from "../template";
import { finished, newDraft } from "./draft";
import { readLogFormat, readStatement } from "./log-format";

/**
 * Apache httpd with mod_proxy_balancer: any LogFormat; without one, the common
 * and combined formats, with the worker's route and `%{BALANCER_ROUTE_CHANGED}e` appended.
 * Sources: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html and
 * https://httpd.apache.org/docs/2.4/mod/mod_proxy_balancer.html#environment
 */
export const apache: Format = {
  name: "apache-balancer",
  aliases: ["apache", "httpd"],
  title: "Apache httpd",
  formatString: "optional",
  compile,
  recognise,
};

const utc = (wallMs: number) => wallMs;
const routeAtEnd = / [\w.-]{1,64} [1-]$/;

type Reader = (line: string, start: number, at: EpochMs | null, host: string | null) => ParsedLine;

function readerOf(format: string, clock: WallClock): Reader {
  const run = templateOf(readLogFormat(format), { mergesSpaces: false });
  return (line, start, at, host) => {
    const draft = newDraft(clock);
    return run(draft, line, start) ?? finished(draft, at, host);
  };
}

/** The common or the combined format, with the worker's route and whether it changed behind it, or without. */
function defaultReader(clock: WallClock): Reader {
  const route = " %{BALANCER_WORKER_ROUTE}e %{BALANCER_ROUTE_CHANGED}e";
  const [common, combined] = [readStatement("common"), readStatement("combined")];
  const readers = {
    common: readerOf(common, clock),
    combined: readerOf(combined, clock),
    commonRoute: readerOf(common + route, clock),
    combinedRoute: readerOf(combined + route, clock),
  };
  return (line, start, at, host) => {
    const end = routeAtEnd.exec(line.slice(-80));
    if (end) {
      const hasAgent = line.charCodeAt(line.length - end[0].length - 1) === 34;
      const read = hasAgent ? readers.combinedRoute : readers.commonRoute;
      const parsed = read(line, start, at, host);
      if (parsed.kind !== "rejected") return parsed;
    }
    const read = line.endsWith('"') ? readers.combined : readers.common;
    const parsed = read(line, start, at, host);
    return parsed.kind === "rejected"
      ? rejected(`${parsed.reason} (give the LogFormat as the format string)`)
      : parsed;
  };
}

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  const given = options.formatString?.trim();
  const read = given ? readerOf(readStatement(given), clock) : defaultReader(clock);
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, options.receivedAt);
    if (header.message >= line.length) return rejected("a syslog header without a message");
    const parsed = read(line, header.message, header.at, header.host);
    if (parsed.kind !== "rejected" || header.message === 0) return parsed;
    const whole = read(line, 0, null, null);
    return whole.kind === "rejected" ? parsed : whole;
  });
}

/** By a balancer's URL, or by the route and the `1` or `-` of the common cluster format at the end. */
function recognise(line: string): number {
  if (line.charCodeAt(0) === 123) return 0;
  if (line.slice(0, 4096).includes("balancer://")) return 0.93;
  const { message } = readSyslogHeader(line, utc, 0);
  const open = line.indexOf(" [", message);
  if (open < 0 || open - message > 300 || !readLogDate(line, open + 2, utc)) return 0;
  return /" \d{3} (?:\d+|-) (?:"[^"]{0,300}" "[^"]{0,300}" )?[\w.-]{1,64} [1-]$/.test(
    line.slice(-800),
  )
    ? 0.94
    : 0;
}
