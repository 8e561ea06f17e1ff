import type pg from "pg";
import { CannotDistribute, placedTables, rowsOf, withLayout } from "./citus-layout";
import { placements } from "./distribution";
import { hasExtension } from "./on-cluster";

/**
 * Brings everything back to the coordinator: first what is spread, table by table, then the names. Stopped in the middle,
 * it goes on with the rest when it is run again.
 *
 * @throws {CannotDistribute} where the database is on no cluster.
 */
export async function gather(url: string, tell: (step: string) => void): Promise<void> {
  await withLayout(url, async (client) => {
    if (!(await hasExtension(client)))
      throw new CannotDistribute("This database is on no cluster.");
    const placed = await placedTables(client);
    const placedOf = (kind: "distributed" | "reference") =>
      Object.keys(placements).filter(
        (table) => placements[table]?.kind === kind && placed.has(table),
      );
    for (const table of placedOf("distributed").reverse()) {
      tell(`bring ${table} back to the coordinator`);
      await client.query("SELECT undistribute_table($1::text::regclass)", [table]);
    }
    const names = placedOf("reference");
    if (names.length === 0) return;
    tell(`keep ${names.join(", ")} on the coordinator alone`);
    await keepHere(client, names);
  });
}

/**
 * Puts a table of this machine in the place of each, with the same rows, indexes and numbers to come. A cluster brings no
 * table back whose rows are numbered, and one that every machine has cannot be joined in a change of one that lies here.
 */
export async function keepHere(client: pg.ClientBase, tables: readonly string[]): Promise<void> {
  await inTransaction(client, async () => {
    for (const table of tables) await copyHere(client, table);
  });
  await inTransaction(client, async () => {
    const [view] = await rowsOf<{ text: string }>(
      client,
      "SELECT pg_get_viewdef('requests'::regclass) AS text",
    );
    if (!view) throw new Error("There is no view of requests.");
    const before = new Map<string, Naming>();
    for (const table of tables) before.set(table, await namingOf(client, table));
    await client.query("DROP VIEW requests");
    await client.query(`DROP TABLE ${tables.join(", ")}`);
    for (const [table, naming] of before) await rename(client, table, naming);
    await client.query(`CREATE VIEW requests AS ${view.text}`);
  });
}

async function inTransaction(client: pg.ClientBase, act: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    await act();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

const copyOf = (table: string) => `${table}_here`;

async function numbersOf(client: pg.ClientBase, table: string): Promise<string> {
  const [found] = await rowsOf<{ name: string | null }>(
    client,
    "SELECT pg_get_serial_sequence($1, 'id') AS name",
    [table],
  );
  if (!found?.name) throw new Error(`The rows of ${table} have no numbers.`);
  return found.name;
}

async function copyHere(client: pg.ClientBase, table: string): Promise<void> {
  const copy = copyOf(table);
  await client.query(`DROP TABLE IF EXISTS ${copy}`);
  await client.query(`CREATE TABLE ${copy} (LIKE ${table} INCLUDING ALL)`);
  await client.query(`INSERT INTO ${copy} SELECT * FROM ${table}`);
  const [last] = await rowsOf<{ value: string; isUsed: boolean }>(
    client,
    `SELECT last_value::text AS value, is_called AS "isUsed" FROM ${await numbersOf(client, table)}`,
  );
  if (last)
    await client.query("SELECT setval($1::text::regclass, $2, $3)", [
      await numbersOf(client, copy),
      last.value,
      last.isUsed,
    ]);
}

/** What else of a table has a name. */
interface Naming {
  /** The names of its indexes, by what each holds. */
  indexes: Map<string, string>;
  numbers: string;
}

async function namingOf(client: pg.ClientBase, table: string): Promise<Naming> {
  const rows = await rowsOf<{ name: string; shape: string }>(
    client,
    `SELECT c.relname AS name,
       i.indisprimary::text || i.indisunique::text || substring(pg_get_indexdef(c.oid) FROM ' USING .*') AS shape
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1::text::regclass ORDER BY c.relname`,
    [table],
  );
  return {
    indexes: new Map(rows.map(({ name, shape }) => [shape, name])),
    numbers: await numbersOf(client, table),
  };
}

async function rename(client: pg.ClientBase, table: string, before: Naming): Promise<void> {
  await client.query(`ALTER TABLE ${copyOf(table)} RENAME TO ${table}`);
  const now = await namingOf(client, table);
  for (const [shape, name] of now.indexes) {
    const former = before.indexes.get(shape);
    if (former !== undefined) await client.query(`ALTER INDEX ${name} RENAME TO ${former}`);
  }
  const former = before.numbers.slice(before.numbers.indexOf(".") + 1);
  await client.query(`ALTER SEQUENCE ${now.numbers} RENAME TO ${former}`);
}
