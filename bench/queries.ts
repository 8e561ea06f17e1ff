/**
 * How long the query interface takes over a day of one, ten (and more) million
 * requests of 24 nodes, and how many bytes a request takes on disk:
 * `npm run bench queries [requests…] [--days N] [--range now-7d] [--only WORDS] [--keep FOLDER] [--fresh]`.
 * Beside the time by the clock stands the processor time of PostgreSQL and of
 * this process, which other work on the machine does not stretch. `--keep`
 * keeps the filled databases in a folder, to ask them again; `--fresh` asks as
 * if nothing had been analysed yet.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type pg from "pg";
import { publicId } from "@/lib/domain/session-key";
import { questionsOf } from "@/lib/reports/questions.fixture";
import { sessionNumber } from "@/lib/reports/volume.fixture";
import { createPool } from "@/lib/store/database";
import { bytesPerRequest } from "./disk";
import { forgetStatistics } from "./statistics";
import { openVolume, requestsPerSession, volumeNow } from "./volumes";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: "string", default: "1" },
    range: { type: "string", default: "now-24h" },
    only: { type: "string", default: "" },
    runs: { type: "string", default: "30" },
    keep: { type: "string" },
    fresh: { type: "boolean", default: false },
    everywhere: { type: "boolean", default: false },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000_000, 10_000_000];
const runs = Number(options.runs);
const mostMs = 5_000;

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
  const first = performance.now();
  await ask();
  const times: number[] = [];
  let spent = performance.now() - first;
  const before = await processorMs(db);
  do {
    const start = performance.now();
    JSON.stringify(await ask());
    times.push(performance.now() - start);
    spent += times.at(-1) ?? 0;
  } while (times.length < runs && spent < mostMs);
  const processor = ((await processorMs(db)) - before) / times.length;
  times.sort((a, b) => a - b);
  const at = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), processor };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
const times: Record<string, Record<string, number>> = {};
const bytes: Record<string, Record<string, number>> = {};
for (const requests of sizes) {
  const volume = await openVolume(requests, Number(options.days), options.keep);
  const label = `${requests / 1_000_000} M`;
  try {
    const db = createPool(volume.url);
    for (const [name, size] of Object.entries(await bytesPerRequest(db, requests)))
      bytes[name] = { ...bytes[name], [`${label}, bytes a request`]: size };
    const { rows } = await db.query<{ session: string }>(sessionNumber, [
      requests / requestsPerSession / 2,
    ]);
    const session = publicId(rows[0]?.session ?? "");
    const remember = options.fresh ? await forgetStatistics(db) : undefined;
    const pool = options.everywhere ? undefined : "checkout";
    const range = { from: options.range, to: "now" };
    for (const [question, ask] of Object.entries(questionsOf(range, pool, session))) {
      if (!question.includes(options.only)) continue;
      const took = await measure(db, () => ask(db, volumeNow));
      process.stderr.write(`${label} ${question}: ${round(took.p50)} ms\n`);
      times[question] = {
        ...times[question],
        [`${label}, p50 ms`]: round(took.p50),
        [`${label}, p95 ms`]: round(took.p95),
        [`${label}, processor ms`]: round(took.processor),
      };
    }
    await remember?.();
    await db.end();
  } finally {
    await volume.close();
  }
}
console.table(times);
if (options.only === "") console.table(bytes);
