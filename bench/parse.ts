/**
 * How many lines a second each format reads, single-threaded: by the clock on
 * the wall, and by processor time, which other work on the machine does not
 * slow. One table: `npx tsx bench/parse.ts [seconds per row]`.
 */
import { readFileSync } from "node:fs";
import { autoParser, findFormat, formats } from "@/lib/formats/registry";

const receivedAt = Date.UTC(2026, 10, 21, 9);
const seconds = Number(process.argv[2] ?? 2);
const lineCount = 20_000;

const methods = ["GET", "POST", "PUT"];
const cookies = ["-", "SESSIONID=s-81f0c2a97b3d4e55"];
const two = (value: number) => String(value).padStart(2, "0");

function clockOf(index: number): string {
  return `${two(Math.floor(index / 3600) % 24)}:${two(Math.floor(index / 60) % 60)}:${two(index % 60)}`;
}

function haproxyLine(index: number): string {
  const time = clockOf(index);
  const method = methods[index % methods.length];
  const cookie = cookies[index % cookies.length];
  return `Nov 21 ${time} lb1 haproxy[7998]: 10.0.${index % 250}.7:${20000 + (index % 40000)} [21/Nov/2026:${time}.${String(index % 1000).padStart(3, "0")}] shop~ web/app${index % 5} 0/0/1/${index % 90}/${(index % 90) + 2} 200 ${1000 + index} ${cookie} - --VN 12/12/3/1/0 0/0 {shop.example|00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01} {} "${method} /cart/items/${index}?page=2 HTTP/1.1"`;
}

function combinedLine(index: number): string {
  return `10.0.${index % 250}.7 - - [21/Nov/2026:${clockOf(index)} +0000] "GET /cart/items/${index}?page=2 HTTP/1.1" 200 ${1000 + index} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"`;
}

/** `$upstream_…` of one try, of two on every tenth line. */
function upstreamLine(index: number): string {
  const twice = index % 10 === 0;
  const node = `10.0.1.${index % 5}:8080`;
  const tail = `rt=0.0${10 + (index % 90)} ua="${twice ? "10.0.1.9:8080, " : ""}${node}" us="${twice ? "502, " : ""}200" urt="${twice ? "0.001, " : ""}0.0${10 + (index % 90)}" host="shop.example" rid=9f2c1a7b5d3e4f60${String(index).padStart(16, "0")} sid="s-81f0c2a97b3d4e55"`;
  return `${combinedLine(index)} ${tail}`;
}

const upstreamFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time ua="$upstream_addr" us="$upstream_status" urt="$upstream_response_time" host="$host" rid=$request_id sid="$cookie_sessionid"';

function ingressLine(index: number): string {
  return `${combinedLine(index)} 462 0.0${10 + (index % 90)} [shop-web-80] [] 10.0.1.${index % 5}:8080 ${1000 + index} 0.0${10 + (index % 90)} 200 9f2c1a7b5d3e4f60${String(index).padStart(16, "0")}`;
}

function albLine(index: number): string {
  const time = clockOf(index);
  return `https 2026-11-21T${time}.186641Z app/shop/50dc6c495c0c9188 10.0.${index % 250}.7:2817 10.0.1.${index % 5}:80 0.000 0.001 0.000 200 200 34 366 "GET https://shop.example:443/cart/items/${index}?page=2 HTTP/1.1" "Mozilla/5.0 (X11; Linux x86_64)" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "-" 0 2026-11-21T${time}.185000Z "forward" "-" "-" "10.0.1.${index % 5}:80" "200" "-" "-" TID_1234`;
}

function linesOf(make: (index: number) => string): string[] {
  return Array.from({ length: lineCount }, (_, index) => make(index));
}

const rows: [
  name: string,
  parse: ((line: string) => { kind: string }) | undefined,
  lines: string[],
][] = [
  ["haproxy httplog", findFormat("haproxy-http")?.compile({ receivedAt }), linesOf(haproxyLine)],
  ["haproxy httplog, auto", autoParser({ receivedAt }), linesOf(haproxyLine)],
  [
    "haproxy log-format",
    findFormat("haproxy-http")?.compile({
      receivedAt,
      formatString:
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r",
    }),
    linesOf(haproxyLine),
  ],
  ["nginx combined", findFormat("nginx-combined")?.compile({ receivedAt }), linesOf(combinedLine)],
  [
    "nginx log_format",
    findFormat("nginx-combined")?.compile({
      receivedAt,
      formatString:
        '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    }),
    linesOf(combinedLine),
  ],
  [
    "nginx upstreams",
    findFormat("nginx")?.compile({ receivedAt, formatString: upstreamFormat }),
    linesOf(upstreamLine),
  ],
  [
    "nginx upstreams, no string",
    findFormat("nginx")?.compile({ receivedAt }),
    linesOf(upstreamLine),
  ],
  ["nginx upstreams, auto", autoParser({ receivedAt }), linesOf(upstreamLine)],
  ["ingress-nginx", findFormat("nginx")?.compile({ receivedAt }), linesOf(ingressLine)],
  ["aws alb, auto", autoParser({ receivedAt }), linesOf(albLine)],
  ["aws alb", findFormat("aws-alb")?.compile({ receivedAt }), linesOf(albLine)],
];

/** The other formats, by the samples that lie beside each. */
for (const format of formats) {
  if (format.formatString === "required" || /^(?:haproxy|nginx|aws-alb)/.test(format.name))
    continue;
  const folder = { "apache-balancer": "apache", "iis-w3c": "iis" }[format.name] ?? format.name;
  const file = new URL(`../lib/formats/${folder}/samples.log`, import.meta.url);
  const samples = readFileSync(file, "utf8").trim().split("\n");
  rows.push([
    format.name,
    format.compile({ receivedAt }),
    linesOf((index) => samples[index % samples.length] ?? ""),
  ]);
}

function measure(
  parse: (line: string) => { kind: string },
  lines: string[],
): { wall: number; processor: number } {
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

const grouped = (rate: number) => Math.round(rate).toLocaleString("en-US").padStart(14);

console.log(`${"format".padEnd(28)}${"lines/s".padStart(14)}${"per cpu s".padStart(14)}`);
for (const [name, parse, lines] of rows) {
  if (!parse) throw new Error(`no format ${name}`);
  const { wall, processor } = measure(parse, lines);
  console.log(`${name.padEnd(28)}${grouped(wall)}${grouped(processor)}`);
}
