import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { passableFolder } from "@/e2e/folder";
import { freePort } from "@/e2e/lab/ports";
import { memoryVariables, nodeOptions } from "@/e2e/own-server";
import { requestKey } from "@/lib/store/by-session";
import { startCluster } from "@/lib/store/cluster";
import { bytesPerRequest } from "./disk";
import { haproxyLine } from "./haproxy-lines";
import { judged } from "./judged";
import { residentMb, secondsOf, secondsOfFamily } from "./processor-time";

/**
 * How fast lines come in over HTTP, in one gzip-compressed request or in many, with
 * everything on, beside Postgres' own COPY of the same rows into a table of
 * the same indexes and partitions, and beside goaccess reading the same file;
 * how much memory the server takes meanwhile, how long the pages' calls take,
 * how soon a line of another sender can be seen, and what a request takes on disk.
 *
 * npm run bench ingest [lines] [lines a request] [senders at a time]
 */

const total = Number(process.argv[2] ?? 1_000_000);
const perRequest = Number(process.argv[3] ?? total);
const senders = Number(process.argv[4] ?? 1);
const key = "bench-key-0123456789abcdef";
/** As a page that is open asks again. */
const askEveryMs = 250;
const calls = [
  "overview?pool=shop&from=now-400d",
  "sessions?pool=shop&from=now-400d",
  "bounces?pool=shop&from=now-400d",
  "heatmap?pool=shop&from=now-400d&metric=requests",
  "nodes?pool=shop",
];

function* lines(from: number, to: number): Generator<string> {
  let text = "";
  for (let n = from; n < to; n++) {
    text += `${haproxyLine(n, all)}\n`;
    if (text.length > 65_536) {
      yield text;
      text = "";
    }
  }
  yield text;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

const directory = passableFolder("bench");
const log = path.join(directory, "haproxy.log");
/** What is sent: some lines first, then all of them to nobody's eyes, then as many while pages are asked. */
const parts = { warm: Math.ceil(total / 10), quiet: total, visited: total };
type Part = keyof typeof parts;
const all = Object.values(parts).reduce((sum, count) => sum + count, 0);
const packed: Record<string, string[]> = {};
let next = 0;
for (const [part, count] of Object.entries(parts)) {
  if (part === "quiet")
    await pipeline(Readable.from(lines(next, next + count)), createWriteStream(log));
  // Packed beforehand: the sender's work is not the receiver's.
  packed[part] = [];
  for (let from = next; from < next + count; from += perRequest) {
    const file = `${log}.${part}.${from}.gz`;
    const to = Math.min(from + perRequest, next + count);
    await pipeline(
      Readable.from(lines(from, to)),
      createGzip({ level: 1 }),
      createWriteStream(file),
    );
    packed[part].push(file);
  }
  next += count;
}
const cluster = await startCluster({
  directory: path.join(directory, "database"),
  database: "hopwatch",
  settings: {
    shared_buffers: "256MB",
    max_wal_size: "4GB",
    wal_compression: "on",
    wal_level: "minimal",
    max_wal_senders: "0",
    jit: "off",
    max_connections: "60",
  },
});
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, [...nodeOptions, "lib/server/up.mjs"], {
  env: {
    ...process.env,
    ...memoryVariables,
    PORT: String(port),
    DATABASE_URL: cluster.url,
    HOPWATCH_DATA_DIR: path.join(directory, "data"),
    HOPWATCH_INGEST_KEY: key,
    HOPWATCH_LOG_LEVEL: "warn",
  },
  stdio: ["ignore", "ignore", "inherit"],
});
const headers = { Authorization: `Bearer ${key}` };

async function ready(): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    if (server.exitCode !== null) throw new Error("the server ended before it was ready");
    await pause(200);
  }
}

/** How long until the session of a line that another sender sends can be looked up. */
async function lineToScreen(n: number): Promise<number> {
  const session = `marker-${n}-${"x".repeat(12)}`;
  const line = haproxyLine(n, all).replace(/sid=\w+/, `sid=${session}`);
  const began = performance.now();
  const sent = fetch(`${url}/api/v1/logs/marker`, { method: "POST", headers, body: line });
  for (;;) {
    const found = await fetch(`${url}/api/v1/sessions/lookup`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ value: session }),
    });
    const { items }: { items: unknown[] } = await found.json();
    if (items.length > 0) break;
    await pause(20);
  }
  const ms = performance.now() - began;
  await (await sent).arrayBuffer();
  return ms;
}

/** Sends one part; answers the seconds until all of it is on disk. */
async function deliver(part: Part): Promise<number> {
  const began = performance.now();
  const files = [...(packed[part] ?? [])];
  let receipt = "";
  const send = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const response = await fetch(`${url}/api/v1/logs/bench`, {
        method: "POST",
        headers: { ...headers, "Content-Encoding": "gzip" },
        body: Readable.toWeb(createReadStream(file)) as ReadableStream,
        duplex: "half",
      } as RequestInit);
      receipt = await response.text();
      if (!response.ok) console.log(`${part}: ${response.status} ${receipt.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  console.log(`${part}: ${receipt.slice(0, 200)}`);
  return (performance.now() - began) / 1000;
}

const client = new pg.Client({ connectionString: cluster.url });

/** Seconds by the clock, and of the processors, that Postgres' own COPY takes for all the rows, in the order of a query. */
async function plainCopy(query: string, postmaster: number) {
  const file: Buffer[] = [];
  for await (const chunk of client.query(copyTo(`COPY (${query}) TO STDOUT`))) file.push(chunk);
  await client.query(`
    DROP TABLE IF EXISTS plain;
    CREATE TABLE plain (LIKE request_rows INCLUDING ALL) PARTITION BY RANGE (started_at);
    CREATE TABLE plain_1 PARTITION OF plain FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE UNIQUE INDEX plain_1_key ON plain_1 (${requestKey})`);
  const before = secondsOfFamily(postmaster);
  const began = performance.now();
  const copy = client.query(copyFrom("COPY plain FROM STDIN"));
  for (const chunk of file) if (!copy.write(chunk)) await once(copy, "drain");
  copy.end();
  await once(copy, "finish");
  const seconds = (performance.now() - began) / 1000;
  return { seconds, worked: secondsOfFamily(postmaster) - before };
}
try {
  await ready();
  await client.connect();
  const pid = server.pid ?? 0;
  const postmaster = Number(
    (await client.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid"))
      .rows[0].pid,
  );
  for (const call of calls) await (await fetch(`${url}/api/v1/${call}`)).arrayBuffer();

  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMb(pid));
  }, 50);
  // The first requests make the server compile what it runs.
  await deliver("warm");

  const before = { server: secondsOf(pid), postgres: secondsOfFamily(postmaster) };
  const seconds = await deliver("quiet");
  const worked = {
    server: secondsOf(pid) - before.server,
    postgres: secondsOfFamily(postmaster) - before.postgres,
  };

  let busy = true;
  const took: number[] = [];
  const seen: number[] = [];
  const visit = (async () => {
    for (let n = 0; busy; n++) {
      const began = performance.now();
      await (await fetch(`${url}/api/v1/${calls[n % calls.length]}`)).arrayBuffer();
      took.push(performance.now() - began);
      await pause(askEveryMs);
    }
  })();
  const mark = (async () => {
    for (let n = 0; busy; n++) {
      await pause(1000);
      if (busy) seen.push(await lineToScreen(n));
    }
  })();
  await deliver("visited");
  const answered = performance.now();
  busy = false;
  await Promise.all([visit, mark]);
  clearInterval(watch);

  const stored = await client.query("SELECT count(*)::integer AS n FROM requests");
  const disk = await bytesPerRequest(client, Number(stored.rows[0].n));
  await judged(client);
  const followed = (performance.now() - answered) / 1000;
  const plain = await plainCopy("SELECT * FROM request_rows ORDER BY started_at", postmaster);
  const sorted = await plainCopy("SELECT * FROM request_rows", postmaster);

  const readBegan = performance.now();
  const goaccess = spawnSync("goaccess", [
    log,
    '--log-format=%h:%^ [%d:%t.%^] %^ %^ %^/%^/%^/%^/%L %s %b %^ %^ %^ %^ %^ "%r"',
    "--date-format=%d/%b/%Y",
    "--time-format=%H:%M:%S",
    "--no-progress",
    `--output=${path.join(directory, "report.json")}`,
  ]);
  const readSeconds = (performance.now() - readBegan) / 1000;

  const micros = (used: number, of = total) => `${((used / of) * 1e6).toFixed(1)} µs a line`;
  const copied = Number(stored.rows[0].n);
  const rate = (copySeconds: number) => Math.round(copied / copySeconds);
  const share = (copySeconds: number) =>
    `${Math.round((copySeconds / copied / (seconds / total)) * 100)} %`;
  console.table([
    { what: "lines sent", value: all },
    { what: "lines a request", value: Math.min(perRequest, total) },
    { what: "senders at a time", value: senders },
    { what: "requests stored", value: copied },
    { what: "lines/s over HTTP, gzip", value: Math.round(total / seconds) },
    { what: "rows/s of plain COPY in the log's order", value: rate(plain.seconds) },
    { what: "share of that", value: share(plain.seconds) },
    {
      what: "rows/s of plain COPY in the order in which they are stored",
      value: rate(sorted.seconds),
    },
    { what: "share of that one", value: share(sorted.seconds) },
    {
      what: "lines/s that goaccess reads",
      value: goaccess.status === 0 ? Math.round(total / readSeconds) : "not installed",
    },
    { what: "processor time, server", value: micros(worked.server) },
    { what: "processor time, Postgres", value: micros(worked.postgres) },
    { what: "processor time, Postgres in plain COPY", value: micros(plain.worked, copied) },
    { what: "peak resident memory, MB", value: Math.round(peak) },
    { what: "pages' calls while as many lines came", value: took.length },
    { what: "p95 of them, ms", value: percentile(took, 0.95) },
    { what: "seconds until all was judged after the last answer", value: Math.round(followed) },
    { what: "line to screen, p95 ms", value: percentile(seen, 0.95) },
    { what: "bytes on disk a request, indexes in", value: disk.total },
  ]);
  console.table(disk);
} finally {
  await client.end();
  server.kill("SIGTERM");
  await once(server, "exit");
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
