import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import {
  binaries,
  clusterOwner,
  exists,
  type Owner,
  reaches,
  serverEnvironment,
} from "./server-program";

const run = promisify(execFile);

export interface ClusterOptions {
  /** The folder that holds the cluster (`postgres/`), its log and how to reach it (`postgres.json`). */
  directory: string;
  /** The database that `url` names; made when it is missing. */
  database: string;
  /** Server settings beyond the ones that every cluster of ours has. */
  settings: Record<string, string>;
  /** Where the cluster goes, as root, when the user `postgres` cannot reach `directory`. */
  fallback?: string;
  /** Told what the operator should know. */
  notice?: (text: string) => void;
}

export interface Cluster {
  url: string;
  /** True when the server still ran from an earlier start that was killed. */
  reused: boolean;
  /** Resolves when the server ends, wanted or not. */
  exited: Promise<void>;
  /** Ends a shutdown that somebody else began and that waits for its clients, us among them, to leave. */
  hasten(): Promise<void>;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

const accessSchema = z.object({ directory: z.string(), port: z.number(), password: z.string() });
type Access = z.infer<typeof accessSchema>;

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("No free port")),
      );
    });
  });
}

/** Is the process with this number the server of this very cluster? A number may long belong to another program. */
function isServerOf(pid: number, directory: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  if (!existsSync("/proc/self")) {
    return spawnSync("ps", ["-o", "command=", "-p", String(pid)])
      .stdout.toString()
      .includes(directory);
  }
  try {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return false;
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(directory);
  } catch {
    return false;
  }
}

async function serverPid(directory: string): Promise<number | null> {
  const text = await readFile(path.join(directory, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isServerOf(pid, directory) ? pid : null;
}

function urlOf(access: Access, database: string): string {
  return `postgres://hopwatch:${access.password}@127.0.0.1:${access.port}/${database}`;
}

async function tryConnect(access: Access): Promise<Error | null> {
  const client = new pg.Client({
    connectionString: urlOf(access, "postgres"),
    connectionTimeoutMillis: 2000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function initialise(bin: string, access: Access, owner: Owner, sync: boolean): Promise<void> {
  // Made beside its place and renamed when whole: a kill in the middle leaves nothing half made.
  const fresh = `${access.directory}.new`;
  const passwordFile = `${access.directory}.pw`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, access.password, { mode: 0o600 });
  try {
    if (owner.uid !== undefined && owner.gid !== undefined) {
      await chown(fresh, owner.uid, owner.gid);
      await chown(passwordFile, owner.uid, owner.gid);
    }
    await run(
      path.join(bin, "initdb"),
      [
        `--pgdata=${fresh}`,
        "--username=hopwatch",
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        ...(sync ? [] : ["--no-sync"]),
      ],
      { ...owner, cwd: "/", env: serverEnvironment() },
    );
    await rename(fresh, access.directory);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Waits until the server answers; null when it ended first. */
async function untilReady(access: Access, alive: () => boolean, waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  let last: Error | null = null;
  while (alive()) {
    last = await tryConnect(access);
    if (!last) return true;
    if (performance.now() > end)
      throw new Error(`PostgreSQL does not answer: ${last.message}`, { cause: last });
    await pause(40);
  }
  return false;
}

async function launch(
  bin: string,
  access: Access,
  owner: Owner,
  options: ClusterOptions,
): Promise<ChildProcess | null> {
  const logFile = path.join(options.directory, "postgres.log");
  const size = await stat(logFile).then(
    (entry) => entry.size,
    () => 0,
  );
  const log = await open(logFile, size > 10_000_000 ? "w" : "a", 0o600);
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    ...options.settings,
  };
  const child = spawn(
    path.join(bin, "postgres"),
    [
      "-D",
      access.directory,
      "-p",
      String(access.port),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    {
      ...owner,
      cwd: "/",
      // A process group of its own: Ctrl-C at the terminal reaches us, and we stop it when its clients are done.
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: serverEnvironment(),
    },
  );
  const spawned = new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  await spawned;
  child.unref();
  await log.close();
  // After a crash the server replays its log first, which may take a while.
  const ready = await untilReady(access, () => child.exitCode === null, 120_000);
  return ready ? child : null;
}

async function logTail(directory: string): Promise<string> {
  const text = await readFile(path.join(directory, "postgres.log"), "utf8").catch(() => "");
  return text.trim().split("\n").slice(-8).join("\n");
}

async function createDatabase(access: Access, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(access, "postgres") });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function end(pid: number, directory: string): Promise<void> {
  for (const [signal, waitMs] of [
    ["SIGINT", 4000],
    ["SIGQUIT", 2000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      if (!isServerOf(pid, directory)) return;
      await pause(20);
    }
  }
}

/** What PostgreSQL writes of itself in the eighth line of its pid file. */
async function hasten(pid: number, directory: string): Promise<void> {
  const text = await readFile(path.join(directory, "postmaster.pid"), "utf8").catch(() => "");
  if (text.split("\n")[7]?.trim() === "stopping" && isServerOf(pid, directory))
    process.kill(pid, "SIGINT");
}

/** Watches a server that is not a child of ours. */
async function untilGone(pid: number, directory: string): Promise<void> {
  while (isServerOf(pid, directory)) await pause(1000, undefined, { ref: false });
}

/** Where the cluster lies and how it is reached; decided at the first start and kept. */
async function access(
  options: ClusterOptions,
  owner: Owner,
): Promise<{ access: Access; keep: (access: Access) => Promise<void> }> {
  const file = path.join(options.directory, "postgres.json");
  const keep = async (value: Access) => {
    await writeFile(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  await mkdir(options.directory, { recursive: true });
  const text = await readFile(file, "utf8").catch(() => null);
  if (text !== null) return { access: accessSchema.parse(JSON.parse(text)), keep };
  let directory = path.join(options.directory, "postgres");
  if (owner.uid !== undefined && !reaches(owner, options.directory)) {
    const hash = createHash("sha256").update(options.directory).digest("hex").slice(0, 12);
    const root = path.join(options.fallback ?? "/var/lib/hopwatch", hash);
    await mkdir(root, { recursive: true, mode: 0o711 });
    directory = path.join(root, "postgres");
    options.notice?.(
      `PostgreSQL runs as the user postgres, who cannot enter ${options.directory}; the database is kept in ${directory}`,
    );
  }
  const made = {
    directory,
    port: await freePort(),
    password: randomBytes(24).toString("base64url"),
  };
  return { access: made, keep };
}

/**
 * Starts the PostgreSQL server that comes with the packages, in a folder of its own, or takes over the one that still
 * runs there because its last owner was killed. Listens on the loopback address only, with a random password.
 *
 * @throws when the server cannot be started; the message ends with what its log says.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const owner = await clusterOwner();
  const place = await access(options, owner);
  const { keep } = place;
  let reach = place.access;
  const bin = await binaries(owner, reach.directory);
  const running = await serverPid(reach.directory);
  if (running !== null) {
    await untilReady(reach, () => isServerOf(running, reach.directory), 120_000);
    await createDatabase(reach, options.database);
    return {
      url: urlOf(reach, options.database),
      reused: true,
      exited: untilGone(running, reach.directory),
      hasten: () => hasten(running, reach.directory),
      stop: () => end(running, reach.directory),
    };
  }
  if (!(await exists(path.join(reach.directory, "PG_VERSION")))) {
    await initialise(bin, reach, owner, options.settings.fsync !== "off");
  }
  await keep(reach);
  // The number in a pid file that survived a crash may belong to any program by now.
  await rm(path.join(reach.directory, "postmaster.pid"), { force: true });
  let child = await launch(bin, reach, owner, options);
  for (let attempt = 0; child === null && attempt < 20; attempt++) {
    const reason = await logTail(options.directory);
    if (/could not bind|could not create any TCP/.test(reason)) {
      reach = { ...reach, port: await freePort() };
      await keep(reach);
    } else if (/shared memory block .* is still in use/.test(reason)) {
      // The server was killed, and its children have not yet noticed.
      await pause(250);
    } else break;
    child = await launch(bin, reach, owner, options);
  }
  const pid = child?.pid;
  if (!child || pid === undefined)
    throw new Error(`PostgreSQL did not start:\n${await logTail(options.directory)}`);
  const server = child;
  await createDatabase(reach, options.database);
  return {
    url: urlOf(reach, options.database),
    reused: false,
    exited: new Promise((resolve) => server.once("exit", () => resolve())),
    hasten: () => hasten(pid, reach.directory),
    stop: () => end(pid, reach.directory),
  };
}
