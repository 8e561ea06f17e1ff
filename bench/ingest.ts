import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { startCluster } from "@/lib/store/cluster";
import { haproxyLine } from "./haproxy-lines";

/**
 * How fast lines come in over HTTP, in one gzip-compressed request, beside
 * Postgres' own COPY of the same rows into a table of the same indexes; how
 * much memory the server takes meanwhile, and how long its pages take.
 *
 * npm run bench ingest [lines]
 */

const total = Number(process.argv[2] ?? 1_000_000);
const key = "bench-key-0123456789abcdef";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

function* lines(): Generator<string> {
  let text = "";
  for (let n = 0; n < total; n++) {
    text += `${haproxyLine(n, total)}\n`;
    if (text.length > 65_536) {
      yield text;
      text = "";
    }
  }
  yield text;
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

const directory = mkdtempSync(path.join(tmpdir(), "hopwatch-bench-"));
const cluster = await startCluster({
  directory: path.join(directory, "database"),
  database: "hopwatch",
  settings: {
    shared_buffers: "256MB",
    max_wal_size: "4GB",
    wal_compression: "on",
    jit: "off",
    max_connections: "60",
  },
});
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, ["--max-old-space-size=512", "lib/server/up.mjs"], {
  env: {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: cluster.url,
    HOPWATCH_DATA_DIR: path.join(directory, "data"),
    HOPWATCH_INGEST_KEY: key,
    HOPWATCH_LOG_LEVEL: "warn",
  },
  stdio: ["ignore", "ignore", "inherit"],
});

async function ready(): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    if (server.exitCode !== null) throw new Error("the server ended before it was ready");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const table: Record<string, string | number>[] = [];
const client = new pg.Client({ connectionString: cluster.url });
try {
  await ready();
  const pid = server.pid ?? 0;
  const pages = ["/", "/sessions", "/nodes", "/api/v1/overview", "/api/v1/bounces"];
  for (const page of pages) await (await fetch(url + page)).arrayBuffer();

  let peak = 0;
  let slowest = { page: "", ms: 0 };
  let asked = 0;
  let busy = true;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMb(pid));
  }, 50);
  const visit = (async () => {
    while (busy) {
      const page = pages[asked++ % pages.length] ?? "/";
      const began = performance.now();
      await (await fetch(url + page)).arrayBuffer();
      const ms = performance.now() - began;
      if (ms > slowest.ms) slowest = { page, ms };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();

  const began = performance.now();
  const response = await fetch(`${url}/api/v1/logs/bench`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Encoding": "gzip" },
    body: Readable.toWeb(Readable.from(lines()).pipe(createGzip({ level: 1 }))) as ReadableStream,
    duplex: "half",
  } as RequestInit);
  const receipt = await response.text();
  const seconds = (performance.now() - began) / 1000;
  busy = false;
  await visit;
  clearInterval(watch);
  console.log(`${response.status} ${receipt.slice(0, 200)}`);

  await client.connect();
  const stored = await client.query("SELECT count(*)::integer AS n FROM requests");
  const file: Buffer[] = [];
  for await (const chunk of client.query(copyTo("COPY (SELECT * FROM requests) TO STDOUT")))
    file.push(chunk);
  await client.query("CREATE TABLE plain (LIKE requests INCLUDING ALL)");
  const copyBegan = performance.now();
  const copy = client.query(copyFrom("COPY plain FROM STDIN"));
  for (const chunk of file) if (!copy.write(chunk)) await once(copy, "drain");
  copy.end();
  await once(copy, "finish");
  const copySeconds = (performance.now() - copyBegan) / 1000;

  table.push(
    { what: "lines sent", value: total },
    { what: "requests stored", value: stored.rows[0].n },
    { what: "lines/s over HTTP, gzip", value: Math.round(total / seconds) },
    { what: "rows/s of plain COPY", value: Math.round(total / copySeconds) },
    { what: "share of plain COPY", value: `${Math.round((copySeconds / seconds) * 100)} %` },
    { what: "peak resident memory, MB", value: Math.round(peak) },
    { what: "pages asked meanwhile", value: asked },
    { what: "slowest of them, ms", value: `${Math.round(slowest.ms)} (${slowest.page})` },
  );
  console.table(table);
} finally {
  await client.end();
  server.kill("SIGTERM");
  await once(server, "exit");
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
