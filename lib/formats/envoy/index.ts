import type { ParsedLine } from "@/lib/domain/facts";
import { readIsoDate, type WallClock, wallClockOf } from "../dates";
import { isDigit } from "../digits";
import type { Format, FormatOptions, LineParser } from "../format";
import { guarded } from "../guard";
import { rejected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { templateOf } from "../template";
import { finished, newDraft } from "./draft";
import { envoyDefault, istioDefault, readFormatString } from "./format-string";
import { parseJson, readJsonFormat } from "./json";

/**
 * Envoy, Istio and Envoy Gateway: Envoy's and Istio's default lines, any
 * format string, and JSON lines, by a `json_format` or by the usual names.
 * Source: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
 */
export const envoy: Format = {
  name: "envoy",
  aliases: ["envoy-json", "istio", "envoy-gateway"],
  title: "Envoy, Istio",
  formatString: "optional",
  compile,
  recognise,
};

type Reader = (line: string, start: number, at: number | null, host: string | null) => ParsedLine;

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  const read = readerOf(options.formatString?.trim() ?? "", clock);
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, options.receivedAt);
    const start = afterWord(line, header.message);
    if (start >= line.length) return rejected("a header without a message");
    return read(line, start, header.at, header.host);
  });
}

function readerOf(format: string, clock: WallClock): Reader {
  if (format.startsWith("{")) {
    const slots = readJsonFormat(format);
    return (line, start, at, host) => parseJson(line, start, clock, slots, at, host);
  }
  if (format !== "") {
    const run = templateOf(readFormatString(format), { mergesSpaces: false });
    return (line, start, at, host) => {
      const draft = newDraft(clock);
      return run(draft, line, start) ?? finished(draft, at, host);
    };
  }
  return (line, start, at, host) => {
    if (line.charCodeAt(start) === 123) return parseJson(line, start, clock, null, at, host);
    const draft = newDraft(clock);
    const run = isIstios(line, start) ? istio : plain;
    return run(draft, line, start) ?? finished(draft, at, host);
  };
}

const plain = templateOf(readFormatString(envoyDefault), { mergesSpaces: false });
const istio = templateOf(readFormatString(istioDefault), { mergesSpaces: false });

/** Ambassador writes `ACCESS ` before the line. */
function afterWord(line: string, start: number): number {
  return line.startsWith("ACCESS [", start) ? start + 7 : start;
}

/** Istio writes details behind the flags, where Envoy has a number of bytes. */
function isIstios(line: string, start: number): boolean {
  const open = line.indexOf('"', start);
  let at = open < 0 ? -1 : line.indexOf('" ', open + 1) + 2;
  for (let words = 0; words < 2 && at > 1; words++) at = line.indexOf(" ", at) + 1;
  return at > 1 && !isDigit(line.charCodeAt(at));
}

const utc = (wallMs: number) => wallMs;
const telling = [
  '"response_flags"',
  '"upstream_cluster"',
  '"upstream_host"',
  '"downstream_remote_address"',
  '"response_code"',
  '"x-envoy-upstream-service-time"',
  '"route_name"',
];

function recognise(line: string): number {
  const start = afterWord(line, readSyslogHeader(line, utc, 0).message);
  const code = line.charCodeAt(start);
  if (code === 123) {
    const head = line.slice(start, start + 4096);
    let found = 0;
    for (const name of telling) if (head.includes(name) && ++found === 3) return 0.95;
    return found === 2 ? 0.6 : 0;
  }
  if (code !== 91) return 0;
  const date = readIsoDate(line, start + 1, utc);
  return date && line.startsWith('] "', date.end) ? 0.95 : 0;
}
