import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Backend } from "./backend";
import type { Entrance } from "./client";
import { until } from "./patience";
import { freePort } from "./ports";
import { Balancer } from "./process";

export interface FileLoggedOptions {
  name: string;
  dir: string;
  pool: string;
  nodes: Backend[];
}

/** A real balancer with a configuration file that logs to a file, in a folder of its own. */
export abstract class FileLogged<Options extends FileLoggedOptions> implements Entrance {
  readonly options: Options;
  protected nodes: Backend[];
  private process: Balancer | null = null;
  port = 0;
  sent = 0;

  constructor(options: Options) {
    this.options = options;
    this.nodes = options.nodes;
  }

  /** The program, and how it is told to stay in the foreground with its configuration. */
  protected abstract command(config: string): { program: string; args: string[] };
  protected abstract config(): string;
  /** The signal on which it reads its configuration anew, and what it writes into its error log when it has. */
  protected abstract readonly reloading: { signal: NodeJS.Signals; notice: string };

  get name(): string {
    return this.options.name;
  }

  protected get dir(): string {
    return join(this.options.dir, this.name);
  }

  get lines(): string[] {
    const text = readFileSync(join(this.dir, "access.log"), "utf8");
    return text.split("\n").filter((line) => line !== "");
  }

  async start(): Promise<void> {
    // Started by root, such a balancer gives its workers to another user, who must reach the folder.
    mkdirSync(this.dir, { recursive: true, mode: 0o777 });
    this.port = await freePort();
    const { program, args } = this.command(this.written());
    this.process = new Balancer(program, args);
    await this.process.listening(this.port);
  }

  /** Writes the configuration and answers where it is. */
  private written(): string {
    const file = join(this.dir, "balancer.conf");
    writeFileSync(file, this.config());
    return file;
  }

  /** Reloads with another set of nodes, and waits until the new ones are served. */
  async reload(nodes: Backend[]): Promise<void> {
    this.nodes = nodes;
    this.written();
    const { signal, notice } = this.reloading;
    const notices = () => readFileSync(join(this.dir, "error.log"), "utf8").split(notice).length;
    const before = notices();
    this.process?.signal(signal);
    await until(`${this.name} has reloaded`, () => notices() > before);
  }

  /** Waits until every request that was sent here has its line. */
  async logged(): Promise<void> {
    await until(
      `${this.name} has logged ${this.sent} requests`,
      () => this.lines.length >= this.sent,
    );
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
