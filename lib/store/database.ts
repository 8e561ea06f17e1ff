import pg from "pg";
import type { EpochMs } from "@/lib/domain/facts";

export interface PoolOptions {
  /** Connections at most; each costs the server some memory. */
  max?: number;
  /** Shown in `pg_stat_activity`. */
  name?: string;
  /** How long to wait for a connection before the caller gets an error. */
  connectTimeoutMs?: number;
}

// Object identifiers of pg_type that we read in our own way.
const int8 = 20;
const int8Array = 1016;
const numeric = 1700;
const timestamptz = 1184;
const timestamptzArray = 1185;

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

/** PostgreSQL's text of a timestamptz as milliseconds since 1970; the fraction carries microseconds. */
export function parseTimestamp(text: string): EpochMs {
  // Nearly every value is `2026-11-21 07:45:00[.123456]+00`; Date.parse would be slower and loses microseconds.
  const end = text.length - 3;
  if (text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32 && text.endsWith("+00")) {
    const whole = Date.UTC(
      digits(text, 0, 4),
      digits(text, 5, 7) - 1,
      digits(text, 8, 10),
      digits(text, 11, 13),
      digits(text, 14, 16),
      digits(text, 17, 19),
    );
    if (end === 19) return whole;
    return whole + (digits(text, 20, end) / 10 ** (end - 20)) * 1000;
  }
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  const parts = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(?::?(\d\d))?$/.exec(text);
  if (!parts) throw new Error(`PostgreSQL wrote a time that is not understood: ${text}`);
  const [, date, time, fraction = ".0", hours, minutes = "00"] = parts;
  return Date.parse(`${date}T${time}${hours}:${minutes}`) + Number(fraction) * 1000;
}

/** The text of a moment for a `timestamptz` parameter or COPY, to the microsecond. */
export function timestampText(at: EpochMs): string {
  const whole = Math.floor(at);
  const micros = Math.round((at - whole) * 1000);
  if (micros === 1000) return timestampText(whole + 1);
  const text = new Date(whole).toISOString();
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

function arrayOf<T>(parse: (text: string) => T): (text: string) => (T | null)[] {
  return (text) =>
    text === "{}"
      ? []
      : text
          .slice(1, -1)
          .split(",")
          .map((item) => (item === "NULL" ? null : parse(item.replaceAll('"', ""))));
}

const textParsers = new Map<number, (text: string) => unknown>([
  [int8, Number],
  [int8Array, arrayOf(Number)],
  [numeric, Number],
  [timestamptz, parseTimestamp],
  [timestamptzArray, arrayOf(parseTimestamp)],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    (format !== "binary" && textParsers.get(oid)) || pg.types.getTypeParser(oid, format as "text"),
};

/** How every client of ours reads values: times as `EpochMs`, bigint and numeric as numbers. */
export function connectionOptions(url: string, name = "hopwatch"): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    keepAlive: true,
    // Compiling our short statements takes longer than running them; a page of an index costs no more than any other,
    // on a solid-state disk as in memory (else PostgreSQL 15 reads sums whole). To start more processes for one statement
    // takes longer than most of ours do, and while lines come in there is nobody left to run them.
    options:
      "-c timezone=UTC -c datestyle=ISO -c jit=off -c random_page_cost=1.1 -c parallel_setup_cost=50000",
    types,
  };
}

/**
 * A pool whose clients read times as `EpochMs` and bigint as numbers. A connection that breaks while
 * idle is dropped and replaced; the next query notices if the server is away.
 */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(url, options.name),
    max: options.max ?? 20,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
  });
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on("error", () => undefined);
  // The same of one that is lent out: whoever has it is told by the statement that fails.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Runs `fn` in one transaction: committed when it resolves, rolled back when it throws. */
export async function withTransaction<T>(
  pool: pg.Pool,
  fn: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN");
    const result = await fn(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    try {
      await client.query("ROLLBACK");
    } catch (failure) {
      // The connection is gone, and with it the transaction; it must not return to the pool.
      broken ??= failure instanceof Error ? failure : new Error(String(failure));
    }
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
