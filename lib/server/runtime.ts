import type pg from "pg";
import type { PrismaClient } from "@/prisma/client/client";
import type { Config } from "./config";
import type { IngestKeys } from "./ingest-keys";
import type { Log } from "./log";
import type { Sessions } from "./sessions";

/** What start-up has made ready and every request uses. */
export interface Runtime {
  config: Config;
  pool: pg.Pool;
  prisma: PrismaClient;
  /** The key of the session hashes (HMAC-SHA-256). */
  secret: Uint8Array;
  ingestKeys: IngestKeys;
  /** Who is logged in. */
  sessions: Sessions;
  log: Log;
  /** The migrations that this version needs. */
  migrations: string[];
  /** Aborted when the server begins to stop: streams end, so that the rest can finish. */
  stopping: AbortSignal;
}

const key = Symbol.for("hopwatch.runtime");

// Kept on the global object: the framework bundles a module several times over, each copy with variables of its own.

/**
 * The running server's connections and keys.
 *
 * @throws when called outside a started server (while building, or in a test that has not called `setRuntime`).
 */
export function runtime(): Runtime {
  const current: Runtime | undefined = Reflect.get(globalThis, key);
  if (!current) throw new Error("The server has not been started: there is no runtime");
  return current;
}

/** Called once by start-up, and by tests. */
export function setRuntime(value: Runtime | undefined): void {
  Reflect.set(globalThis, key, value);
}
