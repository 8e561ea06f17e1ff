import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Cluster, startCluster } from "@/lib/store/cluster";
import { connectionOptions } from "@/lib/store/database";
import type { Config } from "./config";
import { isDatabaseAway } from "./database-away";
import type { Log } from "./log";

export interface DatabaseServer {
  url: string;
  /** Told that it does not answer: one of ours that was told to stop, and waits for us to leave, ends and comes back. */
  away(): Promise<void>;
  stop(): Promise<void>;
}

/** Another server already works on this data folder. */
export class DataFolderInUseError extends Error {
  override name = "DataFolderInUseError";
}

const settings = {
  shared_buffers: "256MB",
  work_mem: "32MB",
  maintenance_work_mem: "128MB",
  effective_cache_size: "1GB",
  max_connections: "40",
  max_wal_size: "4GB",
  min_wal_size: "256MB",
  checkpoint_timeout: "15min",
  checkpoint_completion_target: "0.9",
  wal_compression: "on",
  // The answer 200 means: it is on disk.
  synchronous_commit: "on",
  wal_level: "minimal",
  max_wal_senders: "0",
  random_page_cost: "1.1",
  autovacuum_vacuum_insert_scale_factor: "0.4",
};

const ownerLock = 4_673_925_003;

/**
 * One server per embedded database, told by a lock that the database itself frees when its holder dies. After a
 * `kill -9` that takes a moment.
 */
async function own(url: string, dataDir: string): Promise<pg.Client> {
  const client = new pg.Client(connectionOptions(url, "hopwatch owner"));
  client.on("error", () => undefined);
  await client.connect();
  const end = performance.now() + 5000;
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS got",
      [ownerLock],
    );
    if (rows[0]?.got) return client;
    if (performance.now() > end) break;
    await pause(100);
  }
  await client.end();
  throw new DataFolderInUseError(
    `Another Hopwatch works on ${dataDir}; stop it, or set HOPWATCH_DATA_DIR to another folder`,
  );
}

async function embedded(config: Config, log: Log): Promise<DatabaseServer> {
  const start = () =>
    startCluster({
      directory: config.dataDir,
      database: "hopwatch",
      settings,
      notice: (text) => log.warn(text),
    });
  let cluster = await start();
  if (cluster.reused) log.info("took over the PostgreSQL that an earlier start had left running");
  let stopping = false;
  let owner = await own(cluster.url, config.dataDir);
  let restarting = Promise.resolve();
  const restart = async () => {
    log.error("PostgreSQL ended; starting it again");
    cluster = await start();
    if (stopping) return;
    owner = await own(cluster.url, config.dataDir);
    watch(cluster);
  };
  // The server is a process of its own; should it die (out of memory, killed), it is started again.
  const watch = (current: Cluster) => {
    current.exited
      .then(async () => {
        if (stopping) return;
        restarting = restart();
        await restarting;
      })
      .catch((error: unknown) => {
        log.fatal({ err: error }, "PostgreSQL could not be started again");
        process.exitCode = 1;
        process.kill(process.pid, "SIGTERM");
      });
  };
  watch(cluster);
  return {
    url: cluster.url,
    away: () => cluster.hasten(),
    stop: async () => {
      stopping = true;
      // One that is just being started again answers before it is known here.
      await restarting.catch(() => undefined);
      await owner.end().catch(() => undefined);
      await cluster.stop();
    },
  };
}

/** Waits for a server that starts at the same time as we do, as in a compose file. */
async function external(url: string, log: Log): Promise<DatabaseServer> {
  const end = performance.now() + 60_000;
  for (let told = false; ; told = true) {
    const client = new pg.Client({ ...connectionOptions(url), connectionTimeoutMillis: 5000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: number }>(
        "SELECT current_setting('server_version_num')::int AS version",
      );
      const version = rows[0]?.version ?? 0;
      if (version < 150_000)
        throw new Error(`PostgreSQL 15 or newer is needed; this one is ${version / 10_000}`);
      return { url, away: async () => undefined, stop: async () => undefined };
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > end) throw error;
      if (!told) log.info("waiting for the database at DATABASE_URL");
      await pause(500);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** The PostgreSQL that `DATABASE_URL` names, or the one that comes with the packages, started now. */
export function openDatabaseServer(config: Config, log: Log): Promise<DatabaseServer> {
  return config.databaseUrl === null ? embedded(config, log) : external(config.databaseUrl, log);
}
