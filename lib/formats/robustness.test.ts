import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineParser } from "./format";
import { autoParser, findFormat, formats } from "./registry";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const samples = readdirSync(new URL(".", import.meta.url))
  .map((folder) => new URL(`${folder}/samples.log`, import.meta.url))
  .filter((file) => existsSync(file))
  .flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));

const strings: [format: string, formatString: string | null][] = [
  // Every format that needs no string, by the registry.
  ...formats
    .filter(({ formatString }) => formatString !== "required")
    .map(({ name }): [string, null] => [name, null]),
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
  ["envoy", '{"at":"%START_TIME%","node":"%UPSTREAM_HOST%","c":"%REQ(COOKIE)%"}'],
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
const parsers: [name: string, parse: LineParser][] = [
  ...strings.map(([name, formatString]): [string, LineParser] => {
    const parse = findFormat(name)?.compile({ formatString, receivedAt });
    if (!parse) throw new Error(`no format ${name}`);
    return [`${name} ${formatString ?? ""}`, parse];
  }),
  ["auto", autoParser({ receivedAt })],
];

const kinds = ["request", "change", "rejected"];

/** What is wrong with the answer, or null. Plain comparisons, as this runs a hundred thousand times. */
function fault(parse: LineParser, line: string): string | null {
  const parsed = parse(line);
  if (!kinds.includes(parsed.kind)) return `answered ${JSON.stringify(parsed)}`;
  if (parsed.kind === "rejected") {
    if (parsed.reason.length > 300) return `a reason of ${parsed.reason.length} characters`;
    return parsed.reason.includes("undefined") ? parsed.reason : null;
  }
  if (parsed.kind === "change")
    return Number.isFinite(parsed.at) ? null : "a change without a time";
  if (!Number.isFinite(parsed.startedAt)) return "a request without a start";
  return parsed.durationMs !== null && !(parsed.durationMs >= 0) ? "a negative duration" : null;
}

function expectAnswer(line: string): void {
  for (const [name, parse] of parsers) {
    const wrong = fault(parse, line);
    if (wrong !== null) expect.fail(`${name}: ${wrong}`);
  }
  for (const format of formats) {
    const score = format.recognise(line);
    if (!(score >= 0 && score <= 1)) expect.fail(`${format.name} scores ${score}`);
  }
}

describe("Any line at all", { timeout: 60_000 }, () => {
  it("of random text gets an answer", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), expectAnswer), {
      numRuns: 300,
    });
  });

  it("of random bytes read as UTF-8 gets an answer", () => {
    const bytes = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(bytes, (line) => expectAnswer(new TextDecoder().decode(line))),
      { numRuns: 200 },
    );
  });

  it("cut anywhere, or with a piece replaced, gets an answer", () => {
    const damage = fc.tuple(
      fc.constantFrom(...samples),
      fc.nat(1000),
      fc.nat(40),
      fc.oneof(
        fc.constant(""),
        fc.constantFrom('"', " ", "\\", "[", "{", "}", "|", "/", "-", "9".repeat(400), "é\u0000"),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(damage, ([line, from, length, instead]) => {
        const at = from % (line.length + 1);
        expectAnswer(line.slice(0, at));
        expectAnswer(line.slice(0, at) + instead + line.slice(at + length));
      }),
      { numRuns: 400 },
    );
  });
});

describe("A hostile line of 64 KB", { timeout: 60_000 }, () => {
  const size = 65_536;
  const fillings = [
    " ",
    '"',
    "\\",
    "\\x",
    ", ",
    " : ",
    "{",
    "|",
    "#2",
    "=",
    "; a",
    ", a=",
    "[",
    "1/",
    "a:",
    '\\"',
    "()",
    "%",
    "-",
    '{"a":',
    " [21/Nov/2026:12:00:00 +0000] ",
  ];
  const heads = [
    "",
    ...samples.map((line) => line.slice(0, Math.floor(line.length * 0.6))),
    samples[0] ?? "",
  ];

  it("takes less than 5 ms to read or reject, whatever it is filled with", () => {
    let slowest = { ms: 0, what: "" };
    for (const head of heads) {
      for (const filling of fillings) {
        const line = head + filling.repeat(Math.ceil(size / filling.length)).slice(0, size);
        for (const [name, parse] of parsers) {
          // Processor time, and the best of several: other work on the machine is not the parser's.
          let best = Number.POSITIVE_INFINITY;
          for (let run = 0; run < 6 && best > 3; run++) {
            const before = process.cpuUsage();
            parse(line);
            best = Math.min(best, process.cpuUsage(before).user / 1000);
          }
          if (best > slowest.ms)
            slowest = { ms: best, what: `${name}: ${head.slice(0, 40)}…${filling}` };
        }
      }
    }
    expect(slowest.ms, slowest.what).toBeLessThan(5);
  });
});
