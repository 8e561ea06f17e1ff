import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { passableFolder } from "@/e2e/folder";
import { fillDatabase } from "@/lib/reports/volume.fixture";
import { startCluster } from "@/lib/store/cluster";
import { createPool } from "@/lib/store/database";
import { migrate } from "@/lib/store/migrate";

/** Databases with so many requests, for measuring how questions are answered. */

/** When the traffic of every volume ends. */
export const volumeNow = Date.UTC(2026, 10, 21, 12);
export const requestsPerSession = 10;
export const volumeNodes = 24;

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

export interface OpenVolume {
  url: string;
  /** Where the database's files lie. */
  directory: string;
  requests: number;
  close(): Promise<void>;
}

/**
 * A running database that holds so many requests: filled now, or found filled in a folder below `keep`, where it stays
 * for the next time; without `keep` it goes when it is closed.
 */
export async function openVolume(
  requests: number,
  days: number,
  keep: string | undefined,
): Promise<OpenVolume> {
  const directory = keep ? path.join(keep, `${requests}-${days}d`) : passableFolder("bench");
  const filled = path.join(directory, "filled");
  if (existsSync(directory) && keep && !existsSync(filled)) rmSync(directory, { recursive: true });
  mkdirSync(directory, { recursive: true });
  const cluster = await startCluster({ directory, database: "hopwatch", settings });
  const close = async () => {
    await cluster.stop();
    if (!keep) rmSync(directory, { recursive: true, force: true });
  };
  try {
    await migrate(cluster.url);
    if (!existsSync(filled)) {
      const began = performance.now();
      const db = createPool(cluster.url);
      await fillDatabase(db, {
        now: volumeNow,
        sessions: requests / requestsPerSession,
        requestsPerSession,
        nodes: volumeNodes,
        told: 20,
        days,
      });
      await db.end();
      writeFileSync(filled, "");
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(`${requests} requests over ${days} days stored in ${seconds} s`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url: cluster.url, directory, requests, close };
}
