import { createHmac, randomBytes } from "node:crypto";
import path from "node:path";
import next from "next";
import { isLoopback } from "@/lib/domain/loopback";
import { isDistributed } from "@/lib/store/citus-layout";
import { createPool } from "@/lib/store/database";
import { DatabaseWatch, probeDatabase, watchDatabase } from "@/lib/store/database-watch";
import { distribute } from "@/lib/store/distribute";
import { migrate, migrationNames } from "@/lib/store/migrate";
import { createPrisma } from "@/lib/store/prisma";
import { credentialsIn, viewerOf } from "./access";
import type { Config } from "./config";
import { keptText, openDataFolder } from "./data-folder";
import { isDatabaseAway } from "./database-away";
import { type DatabaseServer, openDatabaseServer } from "./database-server";
import { type Front, openFront } from "./front";
import { IngestKeys, randomKey } from "./ingest-keys";
import { publish } from "./live";
import { emptyTick } from "./live-hub";
import type { Log } from "./log";
import { watchMemory } from "./memory-watch";
import { packedFiles } from "./packed-files";
import { type Runtime, setRuntime } from "./runtime";
import { servicesOf } from "./services";
import { Sessions } from "./sessions";
import { warmUp } from "./warm-up";

/** Keys shorter than this could be tried out. */
const shortestKey = 16;

export interface RunningServer {
  url: string;
  /** The key that the operator may give to the first sender. */
  ingestKey: string;
  /** Set when a password was made now; it is shown this once. */
  newPassword: string | null;
  stop(): Promise<void>;
}

/** The database was filled with session hashes of another key. */
export class SecretError extends Error {
  override name = "SecretError";
}

async function sessionSecret(config: Config): Promise<Uint8Array> {
  if (config.secret !== null) return Buffer.from(config.secret, "utf8");
  const hex = await keptText(config.dataDir, "secret", () => randomBytes(32).toString("hex"));
  return Buffer.from(hex, "hex");
}

/** With another key the same session would get another hash, and every session would silently fall in two. */
async function checkSecret({ prisma, secret }: Runtime): Promise<void> {
  const value = createHmac("sha256", secret)
    .update("hopwatch secret check")
    .digest("hex")
    .slice(0, 16);
  const kept = await prisma.setting.upsert({
    where: { key: "secret_check" },
    create: { key: "secret_check", value },
    update: {},
  });
  if (kept.value !== value)
    throw new SecretError(
      "The database was filled under another secret: sessions would not match what is stored. Set HOPWATCH_SECRET to " +
        "the earlier one (or bring back the file `secret` of the data folder). If it is lost, delete the row " +
        "`secret_check` of the table `settings`; sessions that run now will then be split in two.",
    );
}

async function admitIngestKey({ config, ingestKeys }: Runtime): Promise<string> {
  const key = config.ingestKey ?? (await keptText(config.dataDir, "ingest-key", randomKey));
  await ingestKeys.admit("bootstrap", key);
  return key;
}

/** On an open address nobody gets in without a password; one is made when the operator gave none. */
async function settlePassword({ config, sessions }: Runtime): Promise<string | null> {
  if (config.password !== null) {
    await sessions.setPassword(config.password);
    return null;
  }
  if (isLoopback(config.host) || (await sessions.hasPassword())) return null;
  const made = randomBytes(12).toString("base64url");
  await sessions.setPassword(made);
  return made;
}

async function settleRuntime(
  runtime: Runtime,
): Promise<{ ingestKey: string; newPassword: string | null }> {
  await checkSecret(runtime);
  return { ingestKey: await admitIngestKey(runtime), newPassword: await settlePassword(runtime) };
}

/**
 * Starts everything: the port, the database, its migrations, the pages, the jobs. What was begun is undone when a step
 * fails.
 *
 * @throws {ListenError} {DataFolderError} {DataFolderInUseError} {SecretError} with a message for the operator.
 */
export async function startServer(config: Config, dev: boolean, log: Log): Promise<RunningServer> {
  for (const [name, value] of [
    ["HOPWATCH_SECRET", config.secret],
    ["HOPWATCH_INGEST_KEY", config.ingestKey],
  ] as const)
    if (value !== null && value.length < shortestKey)
      log.warn(`${name} has fewer than ${shortestKey} characters: it could be guessed`);
  const front = await openFront(config, dev, log);
  const undo: (() => unknown)[] = [() => front.close(0)];
  try {
    const web = next({
      dev,
      dir: process.cwd(),
      hostname: config.host,
      port: config.port,
      httpServer: front.server,
    });
    const pages = web.prepare();
    // Awaited below; a failure before that must not end the process by itself.
    pages.catch(() => undefined);
    await openDataFolder(config.dataDir);
    const secret = await sessionSecret(config);
    const database = await openDatabaseServer(config, log);
    undo.push(() => database.stop());
    const migrations = await migrationNames();
    const applied = await migrate(database.url);
    if (applied.length > 0)
      log.info({ migrations: applied.length, newest: applied.at(-1) }, "migrated the database");
    // What an upgrade added to a distributed database follows the rest.
    if (applied.length > 0 && (await isDistributed(database.url)))
      for (const step of await distribute(database.url)) log.info({ step }, "distributed");
    const pool = createPool(database.url, { max: config.databaseUrl === null ? 24 : 16 });
    undo.push(() => pool.end());
    watchDatabase(pool, databaseWatch(database, log));
    const prisma = createPrisma(pool);
    const stopping = new AbortController();
    const clock = () => Date.now();
    const runtime: Runtime = {
      config,
      pool,
      prisma,
      secret,
      ingestKeys: new IngestKeys(prisma, clock),
      sessions: new Sessions(prisma, secret, clock),
      log,
      migrations,
      stopping: stopping.signal,
    };
    const { ingestKey, newPassword } = await settleRuntime(runtime);
    setRuntime(runtime);
    for (const service of servicesOf(config.roles)) {
      await service.start(runtime);
      undo.push(() => service.stop());
    }
    await pages;
    front.open({
      handle: web.getRequestHandler(),
      packed: dev
        ? () => false
        : packedFiles(path.resolve(config.distDir, "static"), "/_next/static/"),
      mayView: async (headers) => {
        const given = credentialsIn((name) => headers[name]?.toString());
        return (await viewerOf(runtime, given)) !== null;
      },
    });
    if (!dev && config.roles.has("web")) await warmUp(ownAddress(config), runtime.sessions, log);
    watchMemory();
    return {
      url: addressOf(config),
      ingestKey,
      newPassword,
      stop: () => stopServer({ front, database, runtime, stopping }),
    };
  } catch (error) {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => undefined);
    throw error;
  }
}

const probeMs = 5000;

/** Open pages are told to ask again once the database answers. */
function databaseWatch(database: DatabaseServer, log: Log): DatabaseWatch {
  return new DatabaseWatch({
    probe: () => probeDatabase(database.url, probeMs),
    isAway: isDatabaseAway,
    turned: (isAway) => {
      if (isAway) {
        log.error("the database does not answer; questions are refused until it does");
        void database.away();
      } else {
        log.info("the database answers again");
        publish([emptyTick(Date.now())]);
      }
    },
  });
}

/** Where a browser on this machine finds the server. */
function addressOf({ host, port }: Config): string {
  if (host === "0.0.0.0" || host === "::") return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Where this process finds itself. */
function ownAddress({ host, port }: Config): string {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${own.includes(":") ? `[${own}]` : own}:${port}`;
}

interface Parts {
  front: Front;
  database: DatabaseServer;
  runtime: Runtime;
  stopping: AbortController;
}

/** Takes nothing new, finishes what was taken in, and stops the database last; within ten seconds. */
async function stopServer({ front, database, runtime, stopping }: Parts): Promise<void> {
  stopping.abort();
  await withinMs(5500, front.close(5000));
  const finished = async () => {
    for (const service of servicesOf(runtime.config.roles).reverse()) await service.stop();
  };
  await withinMs(
    2500,
    finished().catch((error: unknown) => runtime.log.error({ err: error }, "stopping failed")),
  );
  await withinMs(500, runtime.pool.end());
  await database.stop();
}

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = deferred();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
