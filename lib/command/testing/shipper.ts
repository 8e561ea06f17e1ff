import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../hopwatch.mjs", import.meta.url));

/** The command as people run it: a process of its own. */
export class Shipper {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  said = "";
  wrote = "";

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [launcher, ...args], {
      env: { ...process.env, HOPWATCH_INGEST_KEY: "hw_test", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stderr?.on("data", (part) => {
      this.said += part;
    });
    this.child.stdout?.on("data", (part) => {
      this.wrote += part;
    });
    this.ended = once(this.child, "close");
  }

  get input() {
    if (!this.child.stdin) throw new Error("the command has no standard input");
    return this.child.stdin;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return await this.end();
  }

  async end(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }
}
