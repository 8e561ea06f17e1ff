/**
 * How many lines a second each format reads, on one core: by the clock on the
 * wall, and by processor time, which other work on the machine does not slow.
 * Beside it what goaccess and halog (of HAProxy) make of the same lines in a
 * file, where they are installed: they also count, which parsing alone does not.
 *
 * npm run bench parse           2 seconds for each row
 * npm run bench parse 10
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { passableFolder } from "@/e2e/folder";
import type { LineParser } from "@/lib/formats/format";
import { autoParser, findFormat, formats } from "@/lib/formats/registry";
import {
  albLine,
  combinedLine,
  haproxyLine,
  ingressLine,
  linesOf,
  upstreamFormat,
  upstreamLine,
} from "./format-lines";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const seconds = Number(process.argv[2] ?? 2);

interface Row {
  name: string;
  parse: LineParser;
  lines: string[];
}

function row(
  name: string,
  format: string | null,
  lines: string[],
  formatString: string | null = null,
): Row {
  const parse =
    format === null
      ? autoParser({ receivedAt })
      : findFormat(format)?.compile({ receivedAt, formatString });
  if (!parse) throw new Error(`no format ${format}`);
  return { name, parse, lines };
}

const log = {
  haproxy: linesOf(haproxyLine),
  combined: linesOf(combinedLine),
  upstreams: linesOf(upstreamLine),
  ingress: linesOf(ingressLine),
  alb: linesOf(albLine),
};
const httplog =
  "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";
const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

const rows: Row[] = [
  row("haproxy httplog", "haproxy-http", log.haproxy),
  row("haproxy httplog, auto", null, log.haproxy),
  row("haproxy log-format", "haproxy-http", log.haproxy, httplog),
  row("nginx combined", "nginx-combined", log.combined),
  row("nginx combined, auto", null, log.combined),
  row("nginx log_format", "nginx-combined", log.combined, combined),
  row("nginx upstreams", "nginx-combined", log.upstreams, upstreamFormat),
  row("nginx upstreams, no string", "nginx-combined", log.upstreams),
  row("nginx upstreams, auto", null, log.upstreams),
  row("ingress-nginx", "nginx-combined", log.ingress),
  row("aws alb", "aws-alb", log.alb),
  row("aws alb, auto", null, log.alb),
];

/** The other formats, by the samples that lie beside each. */
for (const format of formats) {
  if (format.formatString === "required" || /^(?:haproxy|nginx|aws-alb)/.test(format.name))
    continue;
  const folder = { "apache-balancer": "apache", "iis-w3c": "iis" }[format.name] ?? format.name;
  const file = new URL(`../lib/formats/${folder}/samples.log`, import.meta.url);
  const samples = readFileSync(file, "utf8").trim().split("\n");
  const lines = linesOf((index) => samples[index % samples.length] ?? "");
  rows.push({ name: format.name, parse: format.compile({ receivedAt }), lines });
}

interface Speed {
  wall: number;
  processor: number;
}

function measure(parse: LineParser, lines: string[]): Speed {
  const run = () => {
    for (const line of lines) {
      if (parse(line).kind === "rejected") throw new Error(`a line was rejected: ${line}`);
    }
  };
  run();
  const start = performance.now();
  const before = process.cpuUsage();
  let rounds = 0;
  while (performance.now() - start < seconds * 1000) {
    run();
    rounds++;
  }
  const { user, system } = process.cpuUsage(before);
  const count = rounds * lines.length;
  return {
    wall: count / ((performance.now() - start) / 1000),
    processor: count / ((user + system) / 1e6),
  };
}

const folder = passableFolder("bench");
const copies = 20;

/** What another program makes of the same lines in a file; null where it is not installed. */
function peer(command: string, lines: string[]): Speed | null {
  const program = command.split(" ", 1)[0] ?? "";
  if (spawnSync("which", [program]).status !== 0) return null;
  const file = join(folder, "lines.log");
  writeFileSync(file, `${lines.join("\n")}\n`.repeat(copies));
  const timed = spawnSync(
    "bash",
    ["-c", `TIMEFORMAT='%R %U %S'; time ${command} > ${folder}/out 2> ${folder}/err`],
    { env: { ...process.env, FILE: file, OUT: join(folder, "out.json") }, encoding: "utf8" },
  );
  const [real, user, system] = timed.stderr.trim().split(/\s+/).map(Number);
  if (timed.status !== 0 || !real || user === undefined || system === undefined) {
    throw new Error(`${program} failed: ${readFileSync(join(folder, "err"), "utf8")}`);
  }
  const count = lines.length * copies;
  return { wall: count / real, processor: count / (user + system) };
}

const goaccess = (format: string) =>
  `goaccess "$FILE" --no-global-config --no-progress --log-format='${format}' --date-format='%d/%b/%Y' --time-format='%T' -o "$OUT"`;
/** What is told of each log by what other program. */
const peers: Readonly<Record<string, [name: string, command: string]>> = {
  "haproxy log-format": ["  halog -srv", 'halog -q -srv < "$FILE"'],
  "nginx log_format": ["  goaccess", goaccess('%h %^[%d:%t %^] "%r" %s %b "%R" "%u"')],
  "nginx upstreams, auto": [
    "  goaccess",
    goaccess('%h %^[%d:%t %^] "%r" %s %b "%R" "%u" rt=%T %^'),
  ],
  "aws alb, auto": ["  goaccess", goaccess("AWSALB").replace(/--date-format.*%T' /, "")],
};

const grouped = (rate: number) => Math.round(rate).toLocaleString("en-US").padStart(14);
const print = (name: string, { wall, processor }: Speed) =>
  console.log(`${name.padEnd(28)}${grouped(wall)}${grouped(processor)}`);

console.log(`${"format".padEnd(28)}${"lines/s".padStart(14)}${"per cpu s".padStart(14)}`);
try {
  for (const { name, parse, lines } of rows) {
    print(name, measure(parse, lines));
    const other = peers[name];
    const told = other ? peer(other[1], lines) : null;
    if (other && told) print(other[0], told);
    else if (other) console.log(`${other[0]}: not installed`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
