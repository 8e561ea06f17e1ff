import pg from "pg";
import { distribute } from "../distribute";
import { migrate } from "../migrate";

/** Databases of tests on a Citus cluster: each is made on every machine, migrated and distributed. */

interface Machine {
  host: string;
  port: number;
  group: number;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The machines of the cluster that a database lies on; none where it lies on no cluster, or on one without workers. */
export async function machinesOf(url: string): Promise<Machine[]> {
  return await withClient(url, async (client) => {
    const found = await client.query("SELECT FROM pg_extension WHERE extname = 'citus'");
    if (found.rows.length === 0) return [];
    const { rows } = await client.query<Machine>(
      `SELECT nodename AS host, nodeport AS port, groupid AS "group" FROM pg_dist_node
       WHERE noderole = 'primary' AND isactive ORDER BY groupid`,
    );
    return rows.some(({ group }) => group > 0) ? rows : [];
  });
}

/** Runs a command on each worker, in the database that the client is in. @throws with what a worker answered. */
async function onWorkers(
  client: pg.Client,
  workers: readonly Machine[],
  command: string,
): Promise<void> {
  const { rows } = await client.query<{ node: string; success: boolean; result: string }>(
    `SELECT node_name AS node, success, result
     FROM master_run_on_worker($1::text[], $2::integer[], $3::text[], false)`,
    [workers.map(({ host }) => host), workers.map(({ port }) => port), workers.map(() => command)],
  );
  for (const { node, success, result } of rows)
    if (!success && !result.includes("already exists"))
      throw new Error(`${command} on ${node}: ${result}`);
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes a database on every machine; should a step fail, none of it stays. */
export async function createOnCluster(
  server: string,
  name: string,
  machines: readonly Machine[],
): Promise<void> {
  try {
    await create(server, name, machines);
  } catch (error) {
    // What went wrong first tells more than what cannot be cleared away after it.
    await dropOnCluster(server, name, machines).catch(() => undefined);
    throw error;
  }
}

/** Several test files at a time must not: each machine that joins is told of the roles, which all its databases share. */
const joinLock = 4_673_925_099;

async function create(server: string, name: string, machines: readonly Machine[]): Promise<void> {
  const url = urlOf(server, name);
  await withClient(server, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [joinLock]);
    await join(client, url, name, machines);
  });
  await migrate(url);
  await distribute(url, { shards: 4 });
}

async function join(
  admin: pg.Client,
  url: string,
  name: string,
  machines: readonly Machine[],
): Promise<void> {
  const workers = machines.filter(({ group }) => group > 0);
  await admin.query(`CREATE DATABASE ${name}`);
  await onWorkers(admin, workers, `CREATE DATABASE ${name}`);
  await withClient(url, async (client) => {
    await client.query("CREATE EXTENSION IF NOT EXISTS citus");
    await onWorkers(client, workers, "CREATE EXTENSION IF NOT EXISTS citus");
    const coordinator = machines.find(({ group }) => group === 0);
    if (coordinator)
      await client.query("SELECT citus_set_coordinator_host($1, $2)", [
        coordinator.host,
        coordinator.port,
      ]);
    for (const { host, port } of workers)
      await client.query("SELECT citus_add_node($1, $2)", [host, port]);
  });
}

/** Drops a database on every machine, on each whether or not it could be dropped on the others. */
export async function dropOnCluster(
  server: string,
  name: string,
  machines: readonly Machine[],
): Promise<void> {
  const workers = machines.filter(({ group }) => group > 0);
  // A transaction that was left half committed would keep its machine's database from being dropped.
  await withClient(urlOf(server, name), (client) =>
    client.query("SELECT recover_prepared_transactions()"),
  ).catch(() => undefined);
  const drop = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;
  await withClient(server, async (client) => {
    const ends = await Promise.allSettled([client.query(drop), onWorkers(client, workers, drop)]);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  });
}
