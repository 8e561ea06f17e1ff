import { constants } from "node:fs";
import { access, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startCluster } from "../cluster";
import { widenKey } from "../distribute";
import { migrate } from "../migrate";
import { machinesOf } from "./cluster-database";

declare module "vitest" {
  interface ProvidedContext {
    /** A database of the test server for administration, and the migrated one to clone. */
    testServer: { url: string; template: string; isCluster: boolean };
  }
}

const settings = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  shared_buffers: "64MB",
  max_connections: "100",
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** What runs that were killed left behind: their servers and their folders. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = Number(/^hopwatch-test-(\d+)$/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const directory = path.join(root, name);
    try {
      await access(directory, constants.W_OK);
    } catch {
      // Another user's.
      continue;
    }
    try {
      const left = await startCluster({ directory, database: "postgres", settings });
      await left.stop();
    } catch {
      // It never came up; there is only its folder.
    }
    await rm(directory, { recursive: true, force: true });
  }
}

async function administer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** As on a cluster, whose statements are asked here. */
async function widenKeyOf(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await widenKey(client);
  } finally {
    await client.end();
  }
}

/** `DATABASE_URL`, where it names the coordinator of a cluster that has workers. */
async function clusterUrl(): Promise<string | undefined> {
  const url = process.env.DATABASE_URL;
  if (!url) return;
  try {
    return (await machinesOf(url)).length > 0 ? url : undefined;
  } catch {
    // Not to be reached: the tests have a server of their own.
    return;
  }
}

/**
 * One PostgreSQL server and one migrated database for all `*.db.test.ts` of a run; each test file clones that database.
 * `HOPWATCH_TEST_DATABASE_URL` names another server to use instead; on the coordinator of a Citus cluster (also where
 * `DATABASE_URL` names it) each file has a distributed database of its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.HOPWATCH_TEST_DATABASE_URL ?? (await clusterUrl());
  const template = `hopwatch_template_${project.name}_${process.pid}`;
  if (given && (await machinesOf(given)).length > 0) {
    project.provide("testServer", { url: given, template, isCluster: true });
    return async () => undefined;
  }
  if (given) {
    await administer(given, `CREATE DATABASE ${template}`);
    await migrate(databaseUrl(given, template));
    if (project.name === "cluster") await widenKeyOf(databaseUrl(given, template));
    project.provide("testServer", { url: given, template, isCluster: false });
    return () => administer(given, `DROP DATABASE ${template} WITH (FORCE)`);
  }
  // Not in the project: as root, the database runs as a user who may not be able to enter it.
  await sweep(tmpdir());
  const directory = path.join(tmpdir(), `hopwatch-test-${process.pid}`);
  const cluster = await startCluster({ directory, database: template, settings });
  await migrate(cluster.url);
  if (project.name === "cluster") await widenKeyOf(cluster.url);
  project.provide("testServer", {
    url: databaseUrl(cluster.url, "postgres"),
    template,
    isCluster: false,
  });
  return async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
