import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createPool } from "../database";
import { foundStatements, watchStatements } from "./citus/watch";
import { createOnCluster, dropOnCluster, machinesOf } from "./cluster-database";

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/** Runs a statement that has to stand alone, such as CREATE DATABASE. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A fresh, migrated database of its own, distributed where the server is a cluster's coordinator, for a test file (`*.db.test.ts`): call `close` in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  await watchStatements();
  const { url: server, template } = inject("testServer");
  const name = `hopwatch_${randomBytes(8).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const machines = await machinesOf(server);
  // A cluster's own workers are connected to each database with the extension: none can be cloned.
  if (machines.length > 0) await createOnCluster(server, name, machines);
  else await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const pool = createPool(url.href, { max: 10, name: "test" });
  return {
    url: url.href,
    pool,
    close: async () => {
      await pool.end();
      if (machines.length > 0) await dropOnCluster(server, name, machines);
      else await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
      const refused = foundStatements();
      if (refused.length > 0)
        throw new Error(`A Citus cluster would refuse ${refused.join("\n\n")}`);
    },
  };
}
