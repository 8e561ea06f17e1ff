import { createConnection } from "node:net";
import { freePort } from "./ports";
import { Balancer } from "./process";
import type { Sessions } from "./session-store";

/** A real Redis as the session store of all nodes; while it is away, nothing is found and nothing is kept. */
export class RedisStore implements Sessions {
  readonly name = "redis";
  #process: Balancer | null = null;
  #port = 0;

  constructor(
    private readonly dir: string,
    private readonly settings: string[],
  ) {}

  /** Starts it empty, on the same port as before when it had one. */
  async start(): Promise<void> {
    this.#port ||= await freePort();
    const fixed = ["--bind", "127.0.0.1", "--port", String(this.#port), "--dir", this.dir];
    const unsaved = ["--save", "", "--appendonly", "no"];
    this.#process = new Balancer("redis-server", [...fixed, ...unsaved, ...this.settings]);
    await this.#process.listening(this.#port);
  }

  /** Goes away as a killed process does: what it held is gone. */
  async stop(): Promise<void> {
    await this.#process?.stop("SIGKILL");
  }

  async has(id: string): Promise<boolean> {
    return (await this.#asked("EXISTS", `session:${id}`)) === ":1";
  }

  async keep(id: string): Promise<void> {
    // As long as a session of an app is: eviction then has something to choose from.
    await this.#asked("SET", `session:${id}`, "x".repeat(2_000));
  }

  async forget(id: string): Promise<void> {
    await this.#asked("DEL", `session:${id}`);
  }

  /** One command, with its answer as it comes in one piece; null while the store is away. */
  #asked(...words: string[]): Promise<string | null> {
    return new Promise((resolve) => {
      const socket = createConnection(this.#port, "127.0.0.1");
      socket.once("data", (data) => {
        resolve(String(data).trimEnd());
        socket.destroy();
      });
      socket.on("error", () => resolve(null));
      socket.on("close", () => resolve(null));
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join("")}`);
    });
  }

  /** Leaves room for so much less that it must evict what was used least lately (`maxmemory-policy`). */
  async shrink(bytes: number): Promise<void> {
    const used = Number(/used_memory:(\d+)/.exec((await this.#asked("INFO", "memory")) ?? "")?.[1]);
    await this.command("CONFIG", "SET", "maxmemory", String(used - bytes));
  }

  /** `FLUSHALL`, `CONFIG SET …` and the like. */
  async command(...words: string[]): Promise<void> {
    const answer = await this.#asked(...words);
    if (answer === null || answer.startsWith("-")) throw new Error(`redis: ${words[0]}: ${answer}`);
  }
}
