import type pg from "pg";

export interface LeadershipOptions {
  /** The advisory lock that the leader holds. */
  lock: number;
  /** A connection of its own, not from the pool, that holds the lock as long as it lives. */
  connect(): Promise<pg.Client>;
  /** Begins what only one process may do; answers how to end it. */
  lead(): () => Promise<void>;
  /** How long to wait between tries. */
  everyMs: number;
  /** Where to tell that the connection was lost. */
  warn(message: string, error: unknown): void;
}

/**
 * One process among several on a database does what is to be done once. It is
 * told by a lock that the database frees when its holder dies or loses its
 * connection; another process then takes over, within `everyMs`.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  #client: pg.Client | null = null;
  #ending: (() => Promise<void>) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #trying: Promise<void> | null = null;
  #stopped = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  get isLeading(): boolean {
    return this.#ending !== null;
  }

  /** Tries at once, and from then on until `stop`. */
  async start(): Promise<void> {
    await this.#try();
  }

  /** Ends what was led, then lets go of the lock. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#trying;
    await this.#end();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #try(): Promise<void> {
    this.#trying ??= this.#once().finally(() => {
      this.#trying = null;
      if (this.#stopped || this.isLeading) return;
      this.#timer = setTimeout(() => void this.#try(), this.#options.everyMs);
      this.#timer.unref();
    });
    return this.#trying;
  }

  async #once(): Promise<void> {
    try {
      const client = this.#client ?? (await this.#connected());
      const { rows } = await client.query<{ got: boolean }>(
        "SELECT pg_try_advisory_lock($1) AS got",
        [this.#options.lock],
      );
      if (rows[0]?.got && client === this.#client && !this.#stopped)
        this.#ending = this.#options.lead();
    } catch (error) {
      this.#lost(error);
    }
  }

  async #connected(): Promise<pg.Client> {
    const client = await this.#options.connect();
    client.on("error", (error) => {
      if (client === this.#client) this.#lost(error);
    });
    client.on("end", () => {
      if (client === this.#client) this.#lost(null);
    });
    this.#client = client;
    return client;
  }

  /** Without the connection the lock is somebody else's by now. */
  #lost(error: unknown): void {
    if (this.#stopped) return;
    const client = this.#client;
    this.#client = null;
    client?.end().catch(() => undefined);
    this.#options.warn("the connection that holds the leader's lock was lost", error);
    const ended = this.#end();
    if (this.#trying) return;
    this.#trying = ended.finally(() => {
      this.#trying = null;
      this.#timer = setTimeout(() => void this.#try(), this.#options.everyMs);
      this.#timer.unref();
    });
  }

  async #end(): Promise<void> {
    const end = this.#ending;
    this.#ending = null;
    await end?.();
  }
}
