import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";
import type pg from "pg";

/** How much further back: of a processor that two want, the one in front then gets three quarters. */
const steps = 5;

/**
 * Lets others go first where they want the same processor as the calling thread: people wait for pages, lines wait in
 * their senders. Where nobody else wants it, nothing changes. Only on Linux, where a thread has a priority of its own.
 */
export function stepBack(): void {
  ifPossible(() => {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    os.setPriority(thread, os.getPriority(thread) + steps);
  });
}

/** The same for the process that serves a connection to PostgreSQL, if it runs on this machine and may be told. */
export function letStepBack(client: pg.ClientBase): void {
  const { processID, connection } = client as pg.ClientBase & Served;
  const port = connection?.stream?.localPort;
  if (!processID || !port) return;
  ifPossible(() => {
    // A number alone may be anybody's: of a process in another container, or on another machine.
    if (!readFileSync(`/proc/${processID}/cmdline`, "utf8").includes(`(${port})`)) return;
    os.setPriority(processID, os.getPriority(processID) + steps);
  });
}

/** What `pg` knows of a connection and its types do not tell. */
interface Served {
  processID?: number | null;
  connection?: { stream?: { localPort?: number } };
}

/** No such file, or not permitted: then all stay side by side. */
function ifPossible(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
