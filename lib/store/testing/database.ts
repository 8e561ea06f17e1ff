import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createPool } from "../database";

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

/** A fresh, migrated database of its own for a test file (`*.db.test.ts`): call `close` in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const { url: server, template } = inject("testServer");
  const name = `hopwatch_${randomBytes(8).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = createPool(url.href, { max: 10, name: "test" });
  return {
    url: url.href,
    pool,
    close: async () => {
      await pool.end();
      await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
