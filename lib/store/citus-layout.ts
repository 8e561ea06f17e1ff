import pg from "pg";
import { connectionOptions } from "./database";
import { hasExtension } from "./on-cluster";

/** How a database lies on a Citus cluster, as the coordinator's catalog tells it. */

/** Guards against two who distribute at once. */
const lockKey = 4_673_925_003;

/** What stands in the way, said to whoever runs it. */
export class CannotDistribute extends Error {
  override name = "CannotDistribute";
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionOptions(url, "hopwatch-distribute"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Lends a connection to one who changes how the tables lie; another one waits meanwhile. */
export async function withLayout<T>(
  url: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return await withClient(url, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
    return await use(client);
  });
}

export async function rowsOf<T extends pg.QueryResultRow>(
  client: pg.ClientBase | pg.Pool,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  return (await client.query<T>(sql, values)).rows;
}

/** Tables that are distributed, or whole on every machine, already. */
export async function placedTables(client: pg.ClientBase): Promise<Set<string>> {
  const rows = await rowsOf<{ name: string }>(
    client,
    "SELECT c.relname AS name FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid",
  );
  return new Set(rows.map((row) => row.name));
}

/** Whether a database was distributed before, so that what an upgrade added is to follow. */
export async function isDistributed(url: string): Promise<boolean> {
  return await withClient(
    url,
    async (client) => (await hasExtension(client)) && (await placedTables(client)).has("sessions"),
  );
}
