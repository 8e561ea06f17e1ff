import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { until } from "./patience";

/** Where Debian and others put the balancers. */
export function programPath(name: string): string {
  const found = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"]
    .map((folder) => `${folder}/${name}`)
    .find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not installed (on Debian: apt-get install ${name})`);
  return found;
}

/** A balancer's (or a store's) process in the foreground, in UTC, with what it complains of. */
export class Balancer {
  readonly #child: ChildProcess;
  #complaints = "";

  constructor(name: string, args: string[]) {
    this.#child = spawn(programPath(name), args, {
      env: { ...process.env, TZ: "UTC" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (data) => {
        this.#complaints += String(data);
      });
  }

  async listening(port: number): Promise<void> {
    await until(`a process listens on ${port}: ${this.#complaints}`, async () => {
      if (this.#child.exitCode !== null) throw new Error(`balancer ended: ${this.#complaints}`);
      return accepts(port);
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until the process has gone by itself. */
  async ended(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#child.kill(signal);
    await this.ended();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
