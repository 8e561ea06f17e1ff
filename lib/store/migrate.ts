import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { withTransaction } from "./database";
import { statementsOf } from "./sql-statements";

/** Holds two starts at once apart: one migrates, the other waits and finds nothing left to do. */
const lockKey = 4_673_925_001;

const engineKey = Symbol.for("hopwatch.schema-engine");

/** The names of the migrations in the folder, in their order. */
export async function migrationNames(directory = migrationsDirectory()): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function migrationsDirectory(): string {
  return path.join(process.cwd(), "prisma", "migrations");
}

/**
 * Prisma's engine glue is made for bundlers; outside one, its WebAssembly is put in by hand, once per process: of this
 * module there may be several copies, of the glue there is one.
 */
const engines: typeof globalThis & { [engineKey]?: Promise<void> } = globalThis;

async function loadEngine(): Promise<void> {
  const require = createRequire(path.join(process.cwd(), "package.json"));
  const glue = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(path.join(path.dirname(glue), "schema_engine_bg.wasm"));
  const module = await WebAssembly.compile(bytes);
  const imports: WebAssembly.Imports = { "./schema_engine_bg.js": { ...engineModule } };
  const instance = await WebAssembly.instantiate(module, imports);
  Reflect.apply(Reflect.get(engineModule, "__wbg_set_wasm"), undefined, [instance.exports]);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}

/**
 * The adapter's own `executeScript` cuts a script at every semicolon, also inside function bodies and literals. Nor can a
 * script be sent whole: a cluster hands the text that changes a table on to its machines, which take one statement only.
 */
function adapterFor(pool: pg.Pool): PrismaPg {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = (script) =>
      withTransaction(pool, async (client) => {
        // On a cluster, a view cannot be changed after rows were, several pieces at a time. Elsewhere nobody reads this.
        await client.query("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'");
        for (const statement of statementsOf(script)) await client.query(statement);
      });
    return adapter;
  };
  return factory;
}

/**
 * Brings the database up to the migrations in `prisma/migrations` with Prisma's own engine, and keeps its history table
 * and checksums, so that `prisma migrate` understands the same database.
 *
 * @returns the names of the migrations that were applied now.
 * @throws when an earlier migration failed half-way (Prisma's P3009) or the SQL of one fails.
 */
export async function migrate(url: string, directory = migrationsDirectory()): Promise<string[]> {
  engines[engineKey] ??= loadEngine();
  await engines[engineKey];
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const lock = new pg.Client({ connectionString: url });
  lock.on("error", () => undefined);
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [lockKey]);
    const names = await migrationNames(directory);
    const migrationDirectories = await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: "migration.sql",
          content: {
            tag: "ok" as const,
            value: await readFile(path.join(directory, name, "migration.sql"), "utf8"),
          },
        },
      })),
    );
    const datamodel = await readFile(path.join(directory, "..", "schema.prisma"), "utf8");
    const engine = await engineModule.SchemaEngine.new(
      { datamodels: [["schema.prisma", datamodel]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(adapterFor(pool)),
    );
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: {
          baseDir: directory,
          lockfile: {
            path: "migration_lock.toml",
            content: await readFile(path.join(directory, "migration_lock.toml"), "utf8"),
          },
          shadowDbInitScript: "",
          migrationDirectories,
        },
        filters: { externalTables: [], externalEnums: [] },
      });
      return appliedMigrationNames;
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
    await lock.end();
  }
}
