import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineParser } from "./format";
import { autoParser, findFormat, formats } from "./registry";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const samples = ["haproxy-http", "nginx", "aws-alb"].flatMap((folder) =>
  readFileSync(new URL(`${folder}/samples.log`, import.meta.url), "utf8")
    .trim()
    .split("\n"),
);

const strings: [format: string, formatString: string | null][] = [
  ["haproxy", null],
  ["haproxy", "option httplog clf"],
  ["haproxy", "%{+Q}o %ci:%cp [%tr] %ft %b/%s %{+E}[capture.req.hdr(0)] %hr %hs %hrl %r %Ta"],
  [
    "haproxy",
    '{"t":"%t","ip":"%ci:%cp","uri":"%HP%HQ","ua":"%[capture.req.hdr(0),json]","id":"%ID"}',
  ],
  ["haproxy", "%{+json}o %(client)ci %(at)tr %(ms)Ta"],
  ["nginx", null],
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
  ["alb", null],
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

function expectAnswer(line: string): void {
  for (const [name, parse] of parsers) {
    const parsed = parse(line);
    expect(kinds, name).toContain(parsed.kind);
    if (parsed.kind === "rejected") {
      expect(parsed.reason.length, name).toBeLessThan(300);
      expect(parsed.reason, name).not.toContain("undefined");
    }
    if (parsed.kind === "request") {
      expect(Number.isFinite(parsed.startedAt), name).toBe(true);
      expect(parsed.durationMs === null || parsed.durationMs >= 0, name).toBe(true);
    }
  }
  for (const format of formats) {
    const score = format.recognise(line);
    expect(score >= 0 && score <= 1, format.name).toBe(true);
  }
}

describe("Any line at all", () => {
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

describe("A hostile line of 64 KB", () => {
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
          // The best of several, as other work on the machine is not the parser's.
          let best = Number.POSITIVE_INFINITY;
          for (let run = 0; run < 4 && best > 2; run++) {
            const start = performance.now();
            parse(line);
            best = Math.min(best, performance.now() - start);
          }
          if (best > slowest.ms)
            slowest = { ms: best, what: `${name}: ${head.slice(0, 40)}…${filling}` };
        }
      }
    }
    expect(slowest.ms, slowest.what).toBeLessThan(5);
  });
});
