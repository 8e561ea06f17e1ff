import pg from "pg";
import { connectionOptions } from "./database";

/** The database takes no question now, or does not get to answering. Carries SQLSTATE 08006, connection failure. */
export class DatabaseAwayError extends Error {
  override name = "DatabaseAwayError";
  readonly code = "08006";

  constructor() {
    super("The database does not answer");
  }
}

export interface WatchOptions {
  /** Whether the database answers the simplest question, asked anew. */
  probe: () => Promise<boolean>;
  /** Does a question's failure make one wonder? Those that are refused at once fail long before anybody waits. */
  isAway?: (error: unknown) => boolean;
  /** Told when it is found to be away, and when it answers again. */
  turned?: (isAway: boolean) => void;
  /** How often those who wait are looked at. */
  everyMs?: number;
}

interface Waiting {
  /** It has waited since before the last look. */
  isOld: boolean;
  giveUp: (error: Error) => void;
}

/**
 * Ends the waiting of those who ask while the database does not answer: it may hang, its machine or the network may be
 * gone, without any connection being closed. Where a question takes long, a probe tells a slow answer from none;
 * while there is none, questions fail at once.
 */
export class DatabaseWatch {
  readonly #waiting = new Set<Waiting>();
  readonly #everyMs: number;
  #isAway = false;
  #answers = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isSuspected = false;

  constructor(private readonly options: WatchOptions) {
    this.#everyMs = options.everyMs ?? 1000;
  }

  /**
   * `unwanted` gets an answer that comes when nobody waits for it any more.
   *
   * @throws {DatabaseAwayError} when the answer does not come because the database is away.
   */
  async ask<T>(question: () => Promise<T>, unwanted?: (answer: T) => void): Promise<T> {
    if (this.#isAway) throw new DatabaseAwayError();
    return await new Promise<T>((resolve, reject) => {
      const waiting: Waiting = { isOld: false, giveUp: reject };
      this.#waiting.add(waiting);
      this.#arm();
      question()
        .then((answer) => {
          this.#answers += 1;
          if (!this.#waiting.has(waiting)) unwanted?.(answer);
          resolve(answer);
        })
        .catch((error: unknown) => {
          this.#isSuspected ||= this.options.isAway?.(error) ?? false;
          this.#arm();
          reject(error);
        })
        .finally(() => this.#waiting.delete(waiting));
    });
  }

  #arm(): void {
    if (this.#isLooking || this.#timer !== undefined) return;
    if (this.#waiting.size === 0 && !this.#isAway && !this.#isSuspected) return;
    this.#timer = setTimeout(() => void this.#look(), this.#everyMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    const hasOld = [...this.#waiting].some(({ isOld }) => isOld);
    for (const waiting of this.#waiting) waiting.isOld = true;
    if (hasOld || this.#isAway || this.#isSuspected) {
      this.#isSuspected = false;
      this.#isLooking = true;
      const before = this.#answers;
      const answered = await this.options.probe().catch(() => false);
      // A machine under load may be slow to open the probe's connection, and answer others meanwhile.
      this.#turn(!answered && this.#answers === before);
      this.#isLooking = false;
    }
    this.#arm();
  }

  #turn(isAway: boolean): void {
    if (isAway) {
      const error = new DatabaseAwayError();
      for (const { giveUp } of this.#waiting) giveUp(error);
      this.#waiting.clear();
    }
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.options.turned?.(isAway);
  }
}

const watches = new WeakMap<pg.Pool, DatabaseWatch>();

/** From now on what is asked of the pool itself ends with {@link DatabaseAwayError} while the database does not answer. */
export function watchDatabase(pool: pg.Pool, watch: DatabaseWatch): void {
  watches.set(pool, watch);
  const query = pool.query.bind(pool);
  const connect = pool.connect.bind(pool);
  // With a callback there is nothing to wait for: the pool's own `query` gets its connections so.
  const hasCallback = (given: unknown[]) => typeof given.at(-1) === "function";
  Reflect.set(pool, "query", (...given: unknown[]) => {
    const ask = () => Reflect.apply(query, pool, given);
    return hasCallback(given) ? ask() : watch.ask(ask);
  });
  Reflect.set(pool, "connect", (...given: unknown[]) => {
    if (hasCallback(given)) return Reflect.apply(connect, pool, given);
    // One that is had too late goes back: nobody else would give it back.
    return watch.ask(
      () => connect(),
      (client) => client.release(),
    );
  });
}

/** What reads within a transaction of its own waits no longer than a plain question does. */
export function whileItAnswers<T>(pool: pg.Pool, read: () => Promise<T>): Promise<T> {
  const watch = watches.get(pool);
  return watch ? watch.ask(read) : read();
}

/** Asks over a connection of its own; any word of the server, a refusal too, is an answer unless it starts or stops. */
export async function probeDatabase(url: string, waitMs: number): Promise<boolean> {
  const client = new pg.Client({
    ...connectionOptions(url, "hopwatch probe"),
    connectionTimeoutMillis: waitMs,
    query_timeout: waitMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError && !/^57P0[1-4]$/.test(error.code ?? "");
  } finally {
    // One that hangs does not say goodbye.
    client.end().catch(() => undefined);
  }
}
