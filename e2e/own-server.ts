import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { z } from "zod";
import { passableFolder } from "./folder";
import { freePort } from "./lab/ports";

/** A Hopwatch of one test's own, with an empty database. */
export interface OwnServer {
  url: string;
  key: string;
  /** Ends it without a warning, as the kernel does when memory runs out, and starts it again on the same data. */
  killAndStart: () => Promise<void>;
  /** Where the PostgreSQL that it has started can be asked. */
  databaseUrl: () => string;
  /** Its database hangs from now on: no connection breaks, and no question is answered. */
  freezeDatabase: () => void;
  thawDatabase: () => void;
  /** Its database is told to stop, as by an operator: it takes nobody new and waits for who is there to leave. */
  stopDatabase: () => void;
  stop: () => Promise<void>;
}

/** What the server of this data folder noted of the PostgreSQL that it has started. */
function databaseOf(folder: string) {
  return z
    .object({ directory: z.string(), port: z.number(), password: z.string() })
    .parse(JSON.parse(readFileSync(path.join(folder, "postgres.json"), "utf8")));
}

/** The first process of the PostgreSQL that the server of this data folder has started, and then its children. */
export function databaseProcesses(folder: string): number[] {
  const { directory } = databaseOf(folder);
  const first = Number.parseInt(readFileSync(path.join(directory, "postmaster.pid"), "utf8"), 10);
  const children = spawnSync("pgrep", ["-P", String(first)])
    .stdout.toString()
    .trim();
  return [first, ...children.split("\n").filter(Boolean).map(Number)];
}

const { scripts } = z
  .object({ scripts: z.object({ up: z.string() }) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

/** What `npm run up` tells Node of memory. */
export const nodeOptions = scripts.up.split(" ").filter((word) => word.startsWith("--"));
/** What it tells the C library. */
export const memoryVariables: Record<string, string> = Object.fromEntries(
  [...scripts.up.matchAll(/(MALLOC_\w+)=(\d+)/g)].map(([, name = "", value = ""]) => [name, value]),
);

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

/** @param more What its environment says beside the usual. */
export async function startOwnServer(more: Record<string, string> = {}): Promise<OwnServer> {
  const folder = passableFolder("own");
  const port = String(await freePort());
  const key = more.HOPWATCH_INGEST_KEY ?? randomBytes(18).toString("base64url");
  const begin = () =>
    spawn(process.execPath, [...nodeOptions, "lib/server/up.mjs", "--prepared"], {
      stdio: "ignore",
      env: {
        ...process.env,
        ...memoryVariables,
        PORT: port,
        HOST: "127.0.0.1",
        DATABASE_URL: "",
        HOPWATCH_DATA_DIR: folder,
        HOPWATCH_INGEST_KEY: key,
        HOPWATCH_LOG_LEVEL: "warn",
        ...more,
      },
    });
  let child = begin();
  const url = `http://127.0.0.1:${port}`;
  const status = () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 60_000 }).toBe(200);
  const signalDatabase = (signal: NodeJS.Signals) => {
    for (const pid of databaseProcesses(folder)) process.kill(pid, signal);
  };
  return {
    url,
    key,
    databaseUrl: () => {
      const { port: own, password } = databaseOf(folder);
      return `postgresql://hopwatch:${password}@127.0.0.1:${own}/hopwatch`;
    },
    freezeDatabase: () => signalDatabase("SIGSTOP"),
    thawDatabase: () => signalDatabase("SIGCONT"),
    stopDatabase: () => {
      const [first] = databaseProcesses(folder);
      if (first !== undefined) process.kill(first, "SIGTERM");
    },
    killAndStart: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      child = begin();
      await expect.poll(status, { timeout: 60_000 }).toBe(200);
    },
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
