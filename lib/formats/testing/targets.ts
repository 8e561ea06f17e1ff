import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ParsedLine } from "@/lib/domain/facts";
import { autoParser, findFormat, formats } from "../registry";

/** What is tried with hostile lines: a format, with its format string or without one. */
export interface Target {
  name: string;
  parse: (line: string) => ParsedLine;
}

/** Every sample line that lies beside a format, of all formats. */
export const sampleLines: readonly string[] = readdirSync(new URL("..", import.meta.url))
  .map((folder) => new URL(`../${folder}/samples.log`, import.meta.url))
  .filter((file) => existsSync(file))
  .flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));

const strings: readonly (readonly [format: string, formatString: string | null])[] = [
  // Every format that needs no string, by the registry.
  ...formats
    .filter(({ formatString }) => formatString !== "required")
    .map(({ name }) => [name, null] as const),
  ["haproxy", "option httplog clf"],
  ["haproxy", "%{+Q}o %ci:%cp [%tr] %ft %b/%s %{+E}[capture.req.hdr(0)] %hr %hs %hrl %r %Ta"],
  [
    "haproxy",
    '{"t":"%t","ip":"%ci:%cp","uri":"%HP%HQ","ua":"%[capture.req.hdr(0),json]","id":"%ID"}',
  ],
  ["haproxy", "%{+json}o %(client)ci %(at)tr %(ms)Ta"],
  [
    "nginx",
    "$msec $host$request_uri $upstream_addr $upstream_status $upstream_response_time $request",
  ],
  [
    "nginx",
    '{"t":"$time_iso8601","u":"$uri$is_args$args","c":"$http_cookie","s":"$sent_http_set_cookie"}',
  ],
  [
    "nginx",
    'log_format x escape=none \'[$time_local] "$http_user_agent" $request_time "$http_cookie"\';',
  ],
  [
    "envoy",
    '[%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%] %REQ(:METHOD)% "%REQ(COOKIE)%" %UPSTREAM_HOSTS_ATTEMPTED% %UPSTREAM_HOST% %RESPONSE_FLAGS% %DURATION%',
  ],
  ["envoy", '{"at":"%START_TIME%","up":{"node":"%UPSTREAM_HOST%"},"c":"%REQ(COOKIE)% %PROTOCOL%"}'],
  [
    "apache",
    '%h:%{remote}p %{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t "%r" %>s %O %D "%{User-Agent}i" sroute=%{BALANCER_SESSION_ROUTE}e wroute=%{BALANCER_WORKER_ROUTE}e "%{Set-Cookie}o"',
  ],
  ["iis", "#Fields: date time c-ip cs-method cs-uri-stem cs(Cookie) sc-status time-taken"],
  [
    "pattern",
    '(?<clientIp>\\S+) \\[(?<startedAt>[^\\]]+)\\] "(?<request>[^"]*)" (?<status>\\d{3}|-) (?:node=(?<node>[\\w.:-]+) )?(?<userAgent>.*)',
  ],
  ["json", '{"startedAt":"time","node":"Target.Id","path":"request.uri","cookie_sid":"a[0].b"}'],
];

/** Every format, those with a string by several strings, and the one that finds out by itself. */
export function targets(receivedAt: number): Target[] {
  const all = strings.map(([name, formatString]): Target => {
    const parse = findFormat(name)?.compile({ formatString, receivedAt });
    if (!parse) throw new Error(`no format ${name}`);
    return { name: formatString === null ? name : `${name} ${formatString}`, parse };
  });
  return [...all, { name: "auto", parse: autoParser({ receivedAt }) }];
}

/** What is wrong with the answer to a line, or null. */
export function faultOf(parsed: ParsedLine): string | null {
  switch (parsed.kind) {
    case "rejected":
      if (parsed.reason.length > 300) return `a reason of ${parsed.reason.length} characters`;
      return parsed.reason.includes("undefined") ? parsed.reason : null;
    case "change":
      return Number.isFinite(parsed.at) ? null : "a change without a time";
    case "request":
      if (!Number.isFinite(parsed.startedAt)) return "a request without a start";
      if (parsed.durationMs !== null && !(parsed.durationMs >= 0)) return "a negative duration";
      return null;
    default:
      return `answered ${JSON.stringify(parsed)}`;
  }
}
