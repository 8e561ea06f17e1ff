import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { passableFolder } from "@/e2e/folder";
import { freePort } from "@/e2e/lab/ports";
import { nodeOptions } from "@/e2e/own-server";
import { dice, differences, rotationRun, until } from "@/lib/command/testing/rotation-run";
import { startCluster } from "@/lib/store/cluster";
import { haproxyLine } from "./haproxy-lines";

/**
 * `hopwatch ship` through rotations by rename and copytruncate, killed at random moments, to a real server that is
 * killed and started again: every line must be in the database exactly once.
 *
 * npm run bench ship [runs] [lines]
 */

const runs = Number(process.argv[2] ?? 10);
const lines = Number(process.argv[3] ?? 200_000);
const key = "bench-key-0123456789abcdef";

const directory = passableFolder("bench");
const cluster = await startCluster({
  directory: path.join(directory, "database"),
  database: "hopwatch",
  settings: { shared_buffers: "256MB", max_wal_size: "2GB", max_connections: "60" },
});
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
let server: ChildProcess | null = null;

function spawned(): ChildProcess {
  return spawn(process.execPath, [...nodeOptions, "lib/server/up.mjs", "--prepared"], {
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: cluster.url,
      HOPWATCH_DATA_DIR: path.join(directory, "data"),
      HOPWATCH_INGEST_KEY: key,
      HOPWATCH_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function start(): Promise<void> {
  server = spawned();
  const isReady = async () => {
    // As whatever supervises it would.
    if (server && server.exitCode !== null) server = spawned();
    return await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await until(isReady, "the server is ready", 300_000);
}

/** As the kernel ends it when memory runs out. */
async function stop(): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}

const database = new pg.Pool({ connectionString: cluster.url, max: 2 });

async function stored(source: string): Promise<Map<string, number>> {
  const { rows } = await database.query<{ path: string; times: number }>(
    `SELECT path, count(*)::integer AS times FROM requests
     WHERE source = (SELECT id FROM sources WHERE name = $1) GROUP BY path`,
    [source],
  );
  return new Map(rows.map(({ path: name, times }) => [name, times]));
}

const pathIn = (line: string) => / (\/\S+) HTTP/.exec(line)?.[1] ?? line;
let wrong = 0;
spawnSync(process.execPath, ["lib/server/up.mjs", "--prepare"], { stdio: "inherit" });
try {
  await start();
  for (let run = 1; run <= runs; run++) {
    const source = `run-${run}`;
    const folder = path.join(directory, source);
    mkdirSync(folder);
    const began = performance.now();
    const { written, said, ...figures } = await rotationRun({
      folder,
      source,
      lines,
      random: dice(run * 7919),
      lineOf: (n) => haproxyLine(n, lines).replace(/ \/\S* HTTP/, ` /run-${run}/${n} HTTP`),
      house: { url, start, stop },
      taken: async () => {
        const { rows } = await database.query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM requests
           WHERE source = (SELECT id FROM sources WHERE name = $1)`,
          [source],
        );
        return rows[0]?.n ?? 0;
      },
      env: { HOPWATCH_INGEST_KEY: key },
    });
    const sent = new Map([...written].map(([line, times]) => [pathIn(line), times]));
    const taken = await stored(source);
    const result = differences(sent, taken);
    const total = [...taken.values()].reduce((sum, times) => sum + times, 0);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(JSON.stringify({ run, ...figures, lines: total, ...result, seconds }));
    if (result.lost + result.twice > 0 || total !== lines) {
      wrong += 1;
      console.log(said.join("--\n"));
    }
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${runs - wrong} of ${runs} runs of ${lines} lines: every line exactly once`);
} finally {
  await stop();
  await database.end();
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = wrong > 0 ? 1 : 0;
