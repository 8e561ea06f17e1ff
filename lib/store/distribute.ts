import type pg from "pg";
import { isLoopback } from "@/lib/domain/loopback";
import { CannotDistribute, placedTables, rowsOf, withLayout } from "./citus-layout";
import { distributedFunctions, type Placement, placements } from "./distribution";
import { hasExtension } from "./on-cluster";

export interface DistributeOptions {
  /** Machines to add before, as `host` or `host:port`. */
  workers?: readonly string[];
  /** Where the workers reach the coordinator, as `host` or `host:port`; without it, where the database's address says. */
  coordinator?: string | undefined;
  /** Pieces that each table is cut into; kept for as long as the tables are. */
  shards?: number;
  /** Only tells what would be done. */
  dryRun?: boolean;
  /** Told each step. */
  tell?: (step: string) => void;
}

interface Step {
  sql: string;
  values?: unknown[];
  says: string;
}

/** Makes the extension where the server has it. */
async function ensureExtension(client: pg.ClientBase, dryRun: boolean): Promise<void> {
  const [found] = await rowsOf<{ installed: string | null }>(
    client,
    "SELECT installed_version AS installed FROM pg_available_extensions WHERE name = 'citus'",
  );
  if (!found)
    throw new CannotDistribute(
      "This PostgreSQL server has no Citus. Install Citus 12 or newer on the coordinator and on every worker " +
        "(https://docs.citusdata.com), add citus first in shared_preload_libraries, restart them, and run this again.",
    );
  const [{ libraries } = { libraries: "" }] = await rowsOf<{ libraries: string }>(
    client,
    "SELECT current_setting('shared_preload_libraries') AS libraries",
  );
  if (!libraries.includes("citus"))
    throw new CannotDistribute(
      `Citus is installed but not loaded: add it first in shared_preload_libraries (now "${libraries}") and restart the server.`,
    );
  if (found.installed === null && !dryRun) await client.query("CREATE EXTENSION citus");
}

function addressOf(worker: string): [host: string, port: number] {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(worker.trim());
  if (!parts) throw new CannotDistribute(`"${worker}" is no address; give host or host:port.`);
  return [parts[1] ?? parts[2] ?? "", Number(parts[3] ?? 5432)];
}

interface Machine {
  host: string;
  port: number;
  /** 0: the coordinator. */
  group: number;
}

async function knownMachines(client: pg.ClientBase): Promise<Machine[]> {
  return await rowsOf<Machine>(
    client,
    `SELECT nodename AS host, nodeport AS port, groupid AS "group" FROM pg_dist_node WHERE noderole = 'primary'`,
  );
}

/** A socket of this machine, or an address by which it calls itself. */
function isOwn(host: string): boolean {
  return host.startsWith("/") || isLoopback(host);
}

/** Tables of the coordinator meet those that every machine has only where the cluster knows the coordinator. */
function missingCoordinator(
  url: string,
  given: string | undefined,
  known: readonly Machine[],
  workers: readonly string[],
): Step[] {
  if (known.some(({ group }) => group === 0)) return [];
  const { hostname, port: ownPort } = new URL(url);
  const [host, port] =
    given === undefined
      ? [hostname.replace(/^\[|\]$/g, "") || "localhost", Number(ownPort || 5432)]
      : addressOf(given);
  const hosts = [...known.map((worker) => worker.host), ...workers.map((one) => addressOf(one)[0])];
  if (isOwn(host) && !hosts.every(isOwn))
    throw new CannotDistribute(
      `The workers cannot reach the coordinator as "${host}": say where it is with --coordinator host:port.`,
    );
  return [
    {
      sql: "SELECT citus_set_coordinator_host($1, $2)",
      values: [host, port],
      says: `tell the workers that the coordinator is ${host}:${port}`,
    },
  ];
}

function missingWorkers(workers: readonly string[], machines: readonly Machine[]): Step[] {
  const known = machines.filter(({ group }) => group > 0);
  const steps = workers.map(addressOf).flatMap(([host, port]): Step[] =>
    known.some((other) => other.host === host && other.port === port)
      ? []
      : [
          {
            sql: "SELECT citus_add_node($1, $2)",
            values: [host, port],
            says: `add the worker ${host}:${port}`,
          },
        ],
  );
  if (known.length + steps.length === 0)
    throw new CannotDistribute(
      "The cluster has no workers. Make the database and the extension on each (CREATE DATABASE …; CREATE EXTENSION " +
        "citus), then run this again with --worker host:port for each.",
    );
  return steps;
}

function firstOf(group: string): string | undefined {
  return Object.entries(placements).find(
    ([, placement]) => placement.kind === "distributed" && placement.group === group,
  )?.[0];
}

function placing(table: string, placement: Placement, shards: number): Step {
  if (placement.kind === "reference")
    return {
      sql: "SELECT create_reference_table($1::text::regclass)",
      values: [table],
      says: `copy ${table} to every machine`,
    };
  const first = firstOf(placement.group);
  if (first === table || first === undefined)
    return {
      sql: "SELECT create_distributed_table($1::text::regclass, $2, colocate_with => 'none', shard_count => $3)",
      values: [table, placement.column, shards],
      says: `spread ${table} by ${placement.column} in ${shards} pieces`,
    };
  return {
    sql: "SELECT create_distributed_table($1::text::regclass, $2, colocate_with => $3)",
    values: [table, placement.column, first],
    says: `spread ${table} by ${placement.column}, each piece beside that of ${first}`,
  };
}

/** Foreign keys of a table, and those that refer to it: they would have to hold across machines. */
async function foreignKeys(client: pg.ClientBase, table: string): Promise<Step[]> {
  const rows = await rowsOf<{ name: string; of: string }>(
    client,
    `SELECT quote_ident(k.conname) AS name, k.conrelid::regclass::text AS of FROM pg_constraint k
     WHERE k.contype = 'f' AND k.conparentid = 0 AND $1::text::regclass IN (k.conrelid, k.confrelid)
     ORDER BY k.conname`,
    [table],
  );
  return rows.map(({ name, of }) => ({
    sql: `ALTER TABLE ${of} DROP CONSTRAINT IF EXISTS ${name}`,
    says: `drop the foreign key ${name} of ${of}`,
  }));
}

/** Gives requests the key that they have on a cluster, on one machine: tests ask there as a cluster is asked. */
export async function widenKey(client: pg.ClientBase): Promise<void> {
  for (const { sql } of await wideKey(client)) await client.query(sql);
}

/** A key of all partitions together in the place of each one's own: a cluster wants the column by which rows are spread. */
async function wideKey(client: pg.ClientBase): Promise<Step[]> {
  const own = await rowsOf<{ name: string }>(
    client,
    `SELECT i.indexrelid::regclass::text AS name FROM pg_inherits p JOIN pg_index i ON i.indrelid = p.inhrelid
     WHERE p.inhparent = 'request_rows'::regclass AND i.indisunique AND NOT i.indisprimary`,
  );
  const keyed = await rowsOf(
    client,
    "SELECT FROM pg_index WHERE indrelid = 'request_rows'::regclass AND indisprimary",
  );
  const wide: Step = {
    sql: "ALTER TABLE request_rows ADD PRIMARY KEY (session, started_at, id)",
    says: "give request_rows a key that holds the session",
  };
  return [
    ...(keyed.length > 0 ? [] : [wide]),
    ...own.map(({ name }) => ({ sql: `DROP INDEX ${name}`, says: `take the key ${name} away` })),
  ];
}

/** Those of the functions that exist: a schema of an older release may lack some. */
async function functionSteps(client: pg.ClientBase): Promise<Step[]> {
  const steps: Step[] = [];
  for (const signature of distributedFunctions) {
    const [found] = await rowsOf<{ there: boolean }>(
      client,
      "SELECT to_regprocedure($1) IS NOT NULL AS there",
      [signature],
    );
    if (found?.there)
      steps.push({
        sql: "SELECT create_distributed_function($1::text::regprocedure)",
        values: [signature],
        says: `give ${signature.split("(")[0]} to every machine`,
      });
  }
  return steps;
}

const settings = ["timezone = 'UTC'", "jit = off", "random_page_cost = 1.1"];

/**
 * Settings of the database by which every machine reckons alike. One worker after the other, and each for itself: newer
 * clusters hand a setting on to all machines, so that workers who do so at once would wait for one another.
 */
async function setWorkers(
  client: pg.ClientBase,
  dryRun: boolean,
  note: (says: string) => void,
): Promise<void> {
  const [{ name } = { name: "" }] = await rowsOf<{ name: string }>(
    client,
    "SELECT current_database() AS name",
  );
  note(`set ${settings.join(", ")} on the workers`);
  if (dryRun) return;
  for (const setting of settings) {
    const statement = `ALTER DATABASE ${client.escapeIdentifier(name)} SET ${setting}`;
    const answers = await rowsOf<{ host: string; port: number; success: boolean; result: string }>(
      client,
      "SELECT nodename AS host, nodeport AS port, success, result FROM run_command_on_workers($1, false)",
      [
        `DO $set$ BEGIN SET LOCAL citus.enable_ddl_propagation TO off; EXECUTE ${client.escapeLiteral(statement)}; END $set$`,
      ],
    );
    for (const { host, port, success, result } of answers)
      if (!success)
        note(`the worker ${host}:${port} keeps its own ${setting.split(" ")[0]}: ${result}`);
  }
}

/**
 * Lays a migrated database out over the machines of a Citus cluster: facts and
 * sessions by session, correlation IDs by themselves, sums by node or pool,
 * names whole on every machine, the rest on the coordinator. What lies there
 * already stays, so that it may be run again: after it was stopped in the
 * middle, and after each upgrade. Data in place moves along; writers must be
 * stopped meanwhile.
 *
 * @returns what was done, or with `dryRun` what would be.
 * @throws {CannotDistribute} when something is missing, with what to do.
 */
export async function distribute(url: string, options: DistributeOptions = {}): Promise<string[]> {
  const {
    workers = [],
    coordinator,
    shards = 32,
    dryRun = false,
    tell = () => undefined,
  } = options;
  const done: string[] = [];
  const note = (says: string) => {
    tell(says);
    done.push(says);
  };
  await withLayout(url, async (client) => {
    const take = async ({ sql, values, says }: Step) => {
      note(says);
      if (!dryRun) await client.query(sql, values);
    };
    await ensureExtension(client, dryRun);
    const there = await hasExtension(client);
    const machines = there ? await knownMachines(client) : [];
    const joining = missingWorkers(workers, machines);
    for (const step of [...missingCoordinator(url, coordinator, machines, workers), ...joining])
      await take(step);
    const placed = there ? await placedTables(client) : new Set<string>();
    for (const [table, placement] of Object.entries(placements)) {
      if (placed.has(table)) continue;
      const [found] = await rowsOf<{ there: boolean }>(
        client,
        "SELECT to_regclass($1) IS NOT NULL AS there",
        [table],
      );
      if (!found?.there)
        throw new CannotDistribute(
          `There is no table ${table}: start Hopwatch once, so that it migrates the database, and run this again.`,
        );
      for (const step of await foreignKeys(client, table)) await take(step);
      if (table === "request_rows") for (const step of await wideKey(client)) await take(step);
      await take(placing(table, placement, shards));
    }
    if (!dryRun) await dropLocalCopies(client, tell);
    for (const step of await functionSteps(client)) await take(step);
    await setWorkers(client, dryRun, note);
  });
  return done;
}

/** What was brought to the shards still lies in the tables it came from, unseen. */
async function dropLocalCopies(client: pg.ClientBase, tell: (step: string) => void): Promise<void> {
  for (const [table, { kind }] of Object.entries(placements)) {
    if (kind !== "distributed") continue;
    try {
      await client.query(
        "SELECT truncate_local_data_after_distributing_table($1::text::regclass)",
        [table],
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`the coordinator keeps its old copy of ${table}, which nobody reads: ${reason}`);
    }
  }
}
