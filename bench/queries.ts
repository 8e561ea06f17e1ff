/**
 * How long the query interface takes over a million requests of a hundred
 * thousand sessions: `npx tsx bench/queries.ts [sessions] [requests per session]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { publicId } from "@/lib/domain/session-key";
import { questionsOf } from "@/lib/reports/questions.fixture";
import { fillDatabase, sessionNumber } from "@/lib/reports/volume.fixture";
import { startCluster } from "@/lib/store/cluster";
import { createPool } from "@/lib/store/database";
import { migrate } from "@/lib/store/migrate";

const [sessions = 100_000, requestsPerSession = 10] = process.argv.slice(2).map(Number);
const now = Date.UTC(2026, 10, 21, 12);
const runs = 5;

const directory = mkdtempSync(path.join(tmpdir(), "hopwatch-bench-"));
const cluster = await startCluster({
  directory,
  database: "hopwatch",
  settings: {
    shared_buffers: "256MB",
    work_mem: "32MB",
    effective_cache_size: "1GB",
    random_page_cost: "1.1",
    fsync: "off",
    synchronous_commit: "off",
  },
});
try {
  await migrate(cluster.url);
  const db = createPool(cluster.url);
  const began = performance.now();
  await fillDatabase(db, { now, sessions, requestsPerSession });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${sessions * requestsPerSession} requests of ${sessions} sessions, in ${seconds} s`);
  const { rows } = await db.query<{ session: string }>(sessionNumber, [sessions / 2]);
  const session = publicId(rows[0]?.session ?? "");
  const ranges = { "1 h": "now-1h", "24 h": "now-24h" };
  const table: Record<string, Record<string, number>> = {};
  for (const [label, from] of Object.entries(ranges)) {
    for (const [pool, name] of [
      ["checkout", "one pool"],
      [undefined, "all pools"],
    ] as const) {
      for (const [question, ask] of Object.entries(
        questionsOf({ from, to: "now" }, pool, session),
      )) {
        const times: number[] = [];
        for (let run = 0; run < runs; run++) {
          const start = performance.now();
          await ask(db, now);
          times.push(performance.now() - start);
        }
        times.sort((a, b) => a - b);
        const row = table[question] ?? {};
        table[question] = row;
        row[`${label}, ${name} (ms)`] = Math.round(times[Math.floor(runs / 2)] ?? 0);
      }
    }
  }
  console.table(table);
  await db.end();
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
