import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ClientRequest, request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { passableFolder } from "@/e2e/folder";
import { freePort } from "@/e2e/lab/ports";
import { memoryVariables, nodeOptions } from "@/e2e/own-server";
import { haproxyLine } from "./haproxy-lines";

/**
 * The most memory that one server process holds while odd things are sent, one kind after the other to the same
 * process: each has what those before it left.
 *
 * npm run bench memory [kind…]
 */

const key = "bench-key-0123456789abcdef";
const half = 500_000;
const patience = 180_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const directory = passableFolder("bench");
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, [...nodeOptions, "lib/server/up.mjs", "--prepared"], {
  env: {
    ...process.env,
    ...memoryVariables,
    PORT: String(port),
    DATABASE_URL: "",
    HOPWATCH_DATA_DIR: directory,
    HOPWATCH_INGEST_KEY: key,
    HOPWATCH_LOG_LEVEL: "warn",
  },
  stdio: ["ignore", "ignore", "inherit"],
});
const pid = server.pid ?? 0;
const headers = { Authorization: `Bearer ${key}` };

/** Megabytes that the process held at most since `forget`, and holds now. */
function memory(): { peak: number; now: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mb = (field: string) =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
  return { peak: mb("VmHWM"), now: mb("VmRSS") };
}

function forget(): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function* blocks(lines: number, lineAt: (n: number) => string): Generator<string> {
  let text = "";
  for (let n = 0; n < lines; n++) {
    text += `${lineAt(n)}\n`;
    if (text.length > 65_536) {
      yield text;
      text = "";
    }
  }
  yield text;
}

async function post(
  source: string,
  body: Readable | string | Buffer,
  more: Record<string, string> = {},
): Promise<string> {
  const sent = body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : body;
  try {
    const response = await fetch(`${url}/api/v1/logs/${source}`, {
      method: "POST",
      headers: { ...headers, ...more },
      body: sent,
      duplex: "half",
      signal: AbortSignal.timeout(patience),
    } as RequestInit);
    return `${response.status} ${(await response.text()).slice(0, 60)}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${String(error.cause ?? error.message)}` : "?";
  }
}

const lines = (count: number, lineAt: (n: number) => string) =>
  Readable.from(blocks(count, lineAt)).pipe(createGzip({ level: 1 }));
const gzipped = { "Content-Encoding": "gzip" };
const hex = (n: number, width: number) => n.toString(16).padStart(width, "0");
const plain = (n: number) => haproxyLine(n, half);
/** A line of Caddy's. */
const json = (n: number, headers: Record<string, string>, host = "shop.example", uri = "/cart") =>
  JSON.stringify({
    level: "info",
    ts: Date.UTC(2026, 0, 15, 9) / 1000 + n * 0.005,
    logger: "http.log.access",
    msg: "handled request",
    request: {
      remote_ip: "10.0.0.2",
      remote_port: "40112",
      client_ip: "198.51.100.7",
      proto: "HTTP/2.0",
      method: "GET",
      host,
      uri,
      headers: Object.fromEntries(
        Object.entries({ Cookie: `sid=session${Math.floor(n / 10)}`, ...headers }).map(
          ([name, value]) => [name, [value]],
        ),
      ),
    },
    duration: 0.051,
    size: 1066,
    status: 200,
    upstream: `10.0.1.${n % 5}:8080`,
  });

const tally = (answers: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const answer of answers)
    counts.set(answer.slice(0, 20), (counts.get(answer.slice(0, 20)) ?? 0) + 1);
  return [...counts].map(([what, times]) => `${times} x ${what}`).join("; ");
};

/** Asks without reading more of the answer than its head, until told to let go. */
async function hold(place: string, count: number, forMs: number): Promise<string> {
  const asked: ClientRequest[] = [];
  const heads: number[] = [];
  for (let n = 0; n < count; n++) {
    const asking = httpRequest(`${url}${place}`, { agent: false });
    asking.on("response", (response) => {
      heads.push(response.statusCode ?? 0);
      response.pause();
    });
    asking.on("error", () => heads.push(-1));
    asking.end();
    asked.push(asking);
  }
  await pause(forMs);
  for (const asking of asked) asking.destroy();
  return `heads: ${tally(heads.map(String))}`;
}

const kinds: Record<string, () => Promise<string>> = {
  ordinary: () => post("bench", lines(half, plain), gzipped),
  posts: async () =>
    tally(
      await Promise.all(
        Array.from({ length: 100 }, (_, at) => {
          const text = [...blocks(25_000, (n) => plain(n + at * 25_000))].join("");
          return post("posts", gzipSync(text, { level: 1 }), gzipped);
        }),
      ),
    ),
  "posts-plain": async () => {
    const text = [...blocks(25_000, plain)].join("");
    return tally(
      await Promise.all(Array.from({ length: 100 }, (_, at) => post(`plain-${at % 5}`, text))),
    );
  },
  "one-large": () =>
    post(
      "large",
      Readable.from(blocks(1_600_000, (n) => haproxyLine(n, 1_600_000, Date.UTC(2026, 0, 16)))),
    ),
  agents: () =>
    post(
      "agents",
      lines(half, (n) => json(n, { "User-Agent": `Agent/${n} (odd; ${hex(n, 40)})` })),
      gzipped,
    ),
  paths: () =>
    post(
      "paths",
      lines(half, (n) => plain(n).replace("/?", `/${hex(n, 80)}?`)),
      gzipped,
    ),
  sessions: () =>
    post(
      "sessions",
      lines(half, (n) => plain(n).replace(/sid=\w+/, `sid=own${hex(n, 20)}`)),
      gzipped,
    ),
  correlations: () =>
    post(
      "correlations",
      lines(half, (n) => json(n, { "X-Request-Id": hex(n, 32) })),
      gzipped,
    ),
  nodes: () =>
    post(
      "nodes",
      lines(half, (n) => plain(n).replace(/web-\d+/, `node-${hex(n, 8)}`)),
      gzipped,
    ),
  pools: () =>
    post(
      "pools",
      lines(50_000, (n) => plain(n).replace(/shop\//, `pool-${hex(n, 8)}/`)),
      gzipped,
    ),
  hosts: () =>
    post(
      "hosts",
      lines(half, (n) => json(n, {}, `h${n}.example`)),
      gzipped,
    ),
  balancers: () =>
    post(
      "balancers",
      lines(half, (n) => `Jan 15 09:00:00 lb-${hex(n, 8)} haproxy[14387]: ${plain(n)}`),
      gzipped,
    ),
  bomb: async () => {
    const zeros = function* () {
      const piece = Buffer.alloc(1 << 20, "a");
      for (let n = 0; n < 2048; n++) yield piece;
    };
    const packed: Buffer[] = [];
    for await (const chunk of Readable.from(zeros()).pipe(createGzip({ level: 9 })))
      packed.push(chunk);
    const body = Buffer.concat(packed);
    return tally(await Promise.all(Array.from({ length: 5 }, () => post("bomb", body, gzipped))));
  },
  "long-lines": () =>
    post(
      "long",
      Readable.from(blocks(300, () => "x".repeat(1 << 20))).pipe(createGzip({ level: 1 })),
      gzipped,
    ),
  "json-lines": () =>
    post(
      "wide",
      lines(4_000, (n) => json(n, { "X-Note": hex(n, 64_000) })),
      gzipped,
    ),
  rejects: () =>
    post(
      "rejects",
      lines(half, (n) => `no line at all ${n} ${hex(n, 200)}`),
      gzipped,
    ),
  exports: () => hold("/api/v1/sessions/export?pool=shop&from=now-400d", 30, 15_000),
  streams: async () => {
    const held = hold("/api/v1/stream", 50, 15_000);
    const answer = await post(
      "streams",
      lines(200_000, (n) => plain(n + 7_000_000)),
      gzipped,
    );
    return `${answer}; ${await held}`;
  },
  slow: async () => {
    const text = [...blocks(200, (n) => plain(n + 9_000_000))].join("");
    const asked = Array.from({ length: 200 }, () => {
      const asking = httpRequest(`${url}/api/v1/logs/slow`, {
        method: "POST",
        headers,
        agent: false,
      });
      asking.on("error", () => undefined);
      return asking;
    });
    for (let round = 0; round < 10; round++) {
      for (const asking of asked) asking.write(text);
      await pause(1000);
    }
    const meanwhile = await post(
      "between",
      lines(1000, (n) => plain(n + 9_900_000)),
      gzipped,
    );
    for (const asking of asked) asking.destroy();
    return `meanwhile ${meanwhile}`;
  },
};

try {
  for (;;) {
    const status = await fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) break;
    if (server.exitCode !== null) throw new Error("the server ended before it was ready");
    await pause(200);
  }
  await pause(3000);
  console.log(`at rest: ${JSON.stringify(memory())}`);
  const chosen = process.argv.slice(2);
  for (const [kind, send] of Object.entries(kinds)) {
    if (chosen.length > 0 && !chosen.includes(kind)) continue;
    forget();
    const began = performance.now();
    const answer = await send();
    const { peak, now } = memory();
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${kind}: peak ${peak} MB, then ${now} MB; ${seconds} s; ${answer}`);
    if (server.exitCode !== null || server.signalCode !== null) throw new Error("the server died");
    await pause(3000);
  }
} finally {
  server.kill("SIGTERM");
  if (server.exitCode === null) await once(server, "exit");
  rmSync(directory, { recursive: true, force: true });
}
