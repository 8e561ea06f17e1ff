/**
 * How long the query interface takes over a day of one, ten (and more) million
 * requests of 24 nodes, and how many bytes a request takes on disk:
 * `npm run bench queries [requests…]`. Beside the time by the clock stands the
 * processor time of PostgreSQL and of this process, which other work on the
 * machine does not stretch.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type pg from "pg";
import { publicId } from "@/lib/domain/session-key";
import { questionsOf } from "@/lib/reports/questions.fixture";
import { fillDatabase, sessionNumber } from "@/lib/reports/volume.fixture";
import { startCluster } from "@/lib/store/cluster";
import { createPool } from "@/lib/store/database";
import { migrate } from "@/lib/store/migrate";
import { bytesPerRequest } from "./disk";

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [1_000_000, 10_000_000];
const now = Date.UTC(2026, 10, 21, 12);
const requestsPerSession = 10;
const runs = 30;
const mostMs = 10_000;

const settings = {
  shared_buffers: "256MB",
  work_mem: "32MB",
  maintenance_work_mem: "128MB",
  effective_cache_size: "1GB",
  random_page_cost: "1.1",
  max_wal_size: "4GB",
  wal_level: "minimal",
  max_wal_senders: "0",
  fsync: "off",
  synchronous_commit: "off",
};

/** Milliseconds on a processor: of the database's backends where the system tells, and of this process. */
async function processorMs(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()",
  );
  const own = process.cpuUsage();
  const backends = rows.reduce((sum, { pid }) => sum + onProcessor(pid), 0);
  return backends + (own.user + own.system) / 1000;
}

function onProcessor(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return 0;
  }
}

interface Took {
  p50: number;
  p95: number;
  processor: number;
}

async function measure(db: pg.Pool, ask: () => Promise<unknown>): Promise<Took> {
  await ask();
  const times: number[] = [];
  const before = await processorMs(db);
  for (let run = 0; run < runs && times.reduce((sum, ms) => sum + ms, 0) < mostMs; run++) {
    const start = performance.now();
    JSON.stringify(await ask());
    times.push(performance.now() - start);
  }
  const processor = ((await processorMs(db)) - before) / times.length;
  times.sort((a, b) => a - b);
  const at = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), processor };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
const times: Record<string, Record<string, number>> = {};
const bytes: Record<string, Record<string, number>> = {};
for (const requests of sizes) {
  const directory = mkdtempSync(path.join(tmpdir(), "hopwatch-bench-"));
  const cluster = await startCluster({ directory, database: "hopwatch", settings });
  const label = `${requests / 1_000_000} M`;
  try {
    await migrate(cluster.url);
    const db = createPool(cluster.url);
    const began = performance.now();
    const sessions = requests / requestsPerSession;
    await fillDatabase(db, { now, sessions, requestsPerSession, nodes: 24, told: 20 });
    console.log(
      `${label}: ${requests} requests of ${sessions} sessions, stored in ${Math.round((performance.now() - began) / 1000)} s`,
    );
    for (const [name, size] of Object.entries(await bytesPerRequest(db, requests)))
      bytes[name] = { ...bytes[name], [`${label}, bytes a request`]: size };
    const { rows } = await db.query<{ session: string }>(sessionNumber, [sessions / 2]);
    const session = publicId(rows[0]?.session ?? "");
    for (const [question, ask] of Object.entries(
      questionsOf({ from: "now-24h", to: "now" }, "checkout", session),
    )) {
      const took = await measure(db, () => ask(db, now));
      times[question] = {
        ...times[question],
        [`${label}, p50 ms`]: round(took.p50),
        [`${label}, p95 ms`]: round(took.p95),
        [`${label}, processor ms`]: round(took.processor),
      };
    }
    await db.end();
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
console.table(times);
console.table(bytes);
