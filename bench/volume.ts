/**
 * What a client sees where much is stored already: how long the calls of pages take over HTTP, over a day (or `--days`) of
 * one and ten million requests of 24 nodes, how fast 200,000 more lines come in, and how soon what they name is found.
 * Beside the time by the clock stands the processor time of the server and of PostgreSQL.
 *
 * npm run bench volume [requests…] [--keep FOLDER] [--days 1] [--lines 200000] [--runs 100] [--only WORDS]
 *
 * With `--keep`, filled databases are kept in a folder and found there; lines that were delivered stay in them. `--only`
 * asks the calls whose names hold one of these words (`timeline|heatmap`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import pg from "pg";
import { freePort } from "@/e2e/lab/ports";
import { nodeOptions } from "@/e2e/own-server";
import { publicId } from "@/lib/domain/session-key";
import { sessionNumber } from "@/lib/reports/volume.fixture";
import { haproxyLine } from "./haproxy-lines";
import { judged } from "./judged";
import { secondsOf, secondsOfFamily } from "./processor-time";
import { openVolume, requestsPerSession, volumeNow } from "./volumes";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: "string" },
    days: { type: "string", default: "1" },
    lines: { type: "string", default: "200000" },
    runs: { type: "string", default: "100" },
    only: { type: "string", default: "" },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000_000, 10_000_000];
const lines = Number(options.lines);
const runs = Number(options.runs);
const warmUps = 10;
const key = "bench-key-0123456789abcdef";
const dayMs = 86_400_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function ready(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(200);
  }
}

const turns = (urls: string[], times: number) =>
  Array.from({ length: times }, (_, turn) => urls[turn % urls.length] ?? "");

/** The seconds that the server and PostgreSQL worked so far. */
type Worked = () => { server: number; postgres: number };

/**
 * @param urls are asked in turn.
 * @param value what is looked up; without it a call of a page.
 */
async function ask(urls: string[], worked: Worked, value?: string) {
  const call: RequestInit =
    value === undefined
      ? {}
      : {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ value }),
        };
  // What is compiled and read for the first time is nobody's usual wait.
  for (const url of turns(urls, warmUps)) await (await fetch(url, call)).arrayBuffer();
  const times: number[] = [];
  const before = worked();
  for (const url of turns(urls, warmUps + runs).slice(warmUps)) {
    const began = performance.now();
    const response = await fetch(url, call);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    times.push(performance.now() - began);
  }
  const after = worked();
  times.sort((a, b) => a - b);
  const at = (q: number) => round(times[Math.floor(times.length * q)] ?? 0);
  const ms = (seconds: number) => round((seconds * 1000) / times.length);
  return {
    p50: at(0.5),
    p95: at(0.95),
    server: ms(after.server - before.server),
    postgres: ms(after.postgres - before.postgres),
  };
}

async function deliver(url: string, source: string, from: number, to: number): Promise<number> {
  const start = volumeNow - 2 * 3_600_000;
  let text = "";
  // Of the volume's own hours, so that they come into the same partition; other lines in every run.
  for (let n = from; n < to; n++) text += `${haproxyLine(n, 2 * lines, start + run)}\n`;
  const body = gzipSync(text, { level: 1 });
  const began = performance.now();
  const response = await fetch(`${url}/api/v1/logs/${source}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Encoding": "gzip" },
    body,
  });
  const receipt = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${receipt}`);
  return (performance.now() - began) / 1000;
}

/** An event of the app with a correlation ID, of a session that lines told of. */
async function tell(url: string, session: string, correlationId: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      type: "session.retrieved",
      at: new Date(volumeNow - 3_600_000).toISOString(),
      sessionId: session,
      correlationId,
      pool: "shop",
    }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

const round = (ms: number) => Math.round(ms * 10) / 10;
const run = Date.now() % 1_000_000;
const told: Record<string, Record<string, number | string>> = {};
const arrived: Record<string, Record<string, number | string>> = {};
for (const requests of sizes) {
  const volume = await openVolume(requests, Number(options.days), options.keep);
  const label = `${requests / 1_000_000} M`;
  const client = new pg.Client({ connectionString: volume.url });
  await client.connect();
  const { rows } = await client.query<{ postmaster: string }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS postmaster`,
  );
  // From the whole day, none of them asked twice: what one has warmed is another's seldom.
  const { rows: sessions } = await client.query<{ session: string }>(
    `SELECT (${sessionNumber.replaceAll("$1", "n")}) AS session
     FROM (SELECT floor($1::float8 * (turn - 0.5) / $2::int)::int AS n
           FROM generate_series(1, $2::int) turn ORDER BY md5(turn::text)) picked`,
    [requests / requestsPerSession, warmUps + runs],
  );
  // The volume gave its names their ids by itself: new ones come after them.
  for (const table of ["pools", "lbs", "nodes", "sources"])
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT greatest(max(id), 1000) FROM ${table}))`,
    );
  const port = await freePort();
  const server = spawn(process.execPath, [...nodeOptions, "lib/server/up.mjs"], {
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: volume.url,
      HOPWATCH_DATA_DIR: path.join(volume.directory, "data"),
      HOPWATCH_INGEST_KEY: key,
      HOPWATCH_LOG_LEVEL: "warn",
      // Nothing is taken away while it is measured.
      HOPWATCH_RETENTION_DAYS: "400",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const pid = server.pid ?? 0;
  const worked: Worked = () => ({
    server: secondsOf(pid),
    postgres: secondsOfFamily(Number(rows[0]?.postmaster)),
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await ready(url);
    // What an earlier run left behind.
    await judged(client);
    const range = `pool=checkout&from=${volumeNow - dayMs}&to=${volumeNow}`;
    const calls = {
      "timelines of sessions": sessions.map(({ session }) => `sessions/${publicId(session)}`),
      "sessions, worst first": `sessions?${range}`,
      bounces: `bounces?${range}`,
      "overview over 24 h": `overview?${range}`,
      "heatmap of requests, 24 h × 24 nodes": `heatmap?${range}&metric=requests`,
      "heatmap of p95": `heatmap?${range}&metric=p95`,
      "heatmap of sessions": `heatmap?${range}&metric=sessions`,
      "heatmap of bounces": `heatmap?${range}&metric=bouncesIn`,
      nodes: `nodes?${range}`,
      changes: `changes?${range}`,
      "moves between nodes": `transitions?${range}`,
      "comparison of half hours": `compare?pool=checkout&at=${volumeNow - 1_800_000}`,
      week: "reports/weekly?pool=checkout&week=2026-W47",
      alerts: "alerts",
    };
    const note = async (name: string, call: string | string[], value?: string) => {
      if (!options.only.split("|").some((words) => name.includes(words))) return;
      const urls = [call].flat().map((path) => `${url}/api/v1/${path}`);
      const took = await ask(urls, worked, value);
      told[name] = {
        ...told[name],
        [`${label}: p50`]: took.p50,
        [`${label}: p95`]: took.p95,
        [`${label}: server, processor`]: took.server,
        [`${label}: Postgres, processor`]: took.postgres,
      };
    };
    for (const [name, call] of Object.entries(calls)) await note(name, call);
    if (lines > 0) {
      const source = `bench-${run}`;
      // The first lines make the server compile what it runs.
      await deliver(url, source, 0, lines / 10);
      const before = worked();
      const seconds = await deliver(url, source, lines / 10, lines / 10 + lines);
      const after = worked();
      const micros = (used: number) => round((used / lines) * 1e6);
      arrived[label] = {
        "lines a second": Math.round(lines / seconds),
        "server, µs a line": micros(after.server - before.server),
        "Postgres, µs a line": micros(after.postgres - before.postgres),
      };
      const line = haproxyLine(lines / 2, 2 * lines);
      const session = /sid=(\w+)/.exec(line)?.[1] ?? "";
      await tell(url, session, source);
      await note("lookup of a raw session ID", "sessions/lookup", session);
      await note("lookup of a correlation ID", "sessions/lookup", source);
    }
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
    await client.end();
    await volume.close();
  }
}
console.table(told);
console.table(arrived);
