import pg from "pg";
import { z } from "zod";
import { timestampText, withTransaction } from "./database";
import { whileItAnswers } from "./database-watch";
import { onCluster, onOneMachine } from "./on-cluster";
import { currentReading, type Reading } from "./one-reading";

/** What a query runs on: the pool, or a client inside a transaction. */
export type Queryable = pg.Pool | pg.ClientBase;

/** A moment as a parameter: given as `EpochMs`, sent as text that `$name::timestamptz` understands. */
export const timestampParam = z.number().transform(timestampText);

/** The database answered with rows of another shape than the query promised: a fault of ours. */
export class RowShapeError extends Error {
  override name = "RowShapeError";
}

interface QueryDefinition<P extends z.ZodType, R extends z.ZodType> {
  /** A short name, shown in errors and at the head of the statement in `pg_stat_statements`. */
  name: string;
  /**
   * One statement. Parameters are written `$name` after the keys of `params` (or `$1`, `$2` when `params` is a tuple);
   * they are sent beside the statement, never put into it.
   */
  sql: string;
  /**
   * The same question where the database lies on a cluster, if that cannot be asked as one machine can: as text, or
   * made for what is asked; it need not name every parameter.
   */
  spread?: string | ((given: z.output<P>) => string);
  /** Settings of the planner for this statement alone, on one machine: `{ enable_bitmapscan: "off" }`. */
  settings?: Readonly<Record<string, string>>;
  params: P;
  row: R;
}

export type Query<P extends z.ZodType, R extends z.ZodType> = (
  db: Queryable,
  params: z.input<P>,
) => Promise<z.output<R>[]>;

// A literal, a quoted name or a comment is passed over, so that `$` inside them stays as it is.
const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_][A-Za-z0-9_]*)/g;

function number(sql: string): { text: string; names: string[] } {
  const names: string[] = [];
  const text = sql.replace(tokens, (token, name: string | undefined) => {
    if (name === undefined) return token;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}

/**
 * One question to the database, with the shapes of its parameters and of its rows. Sent unnamed, so that the server
 * plans it for the very parameters (it prunes partitions and knows how much a range holds).
 *
 * @throws {ZodError} when the parameters are wrong; {RowShapeError} when a row is.
 */
export function defineQuery<P extends z.ZodType, R extends z.ZodType>(
  definition: QueryDefinition<P, R>,
): Query<P, R> {
  const { text, names } = number(definition.sql);
  const { spread } = definition;
  const plain = {
    names,
    text: headed(spread === undefined ? text : `${onOneMachine} ${text.trim()}`),
  };
  const spreadFor = (given: z.output<P>) => {
    const made = number(typeof spread === "function" ? spread(given) : (spread ?? ""));
    return { names: made.names, text: headed(made.text) };
  };
  function headed(sql: string): string {
    return `/* ${definition.name} */ ${sql.trim()}`;
  }
  const settings = Object.entries(definition.settings ?? {})
    .map(([setting, value]) => `SET LOCAL ${setting} = ${value}`)
    .join("; ");
  const rows = z.array(definition.row);
  if (definition.params instanceof z.ZodObject) {
    const known = Object.keys(definition.params.shape);
    const missing = names.filter((name) => !known.includes(name));
    const unused = known.filter((name) => !names.includes(name));
    if (missing.length > 0 || unused.length > 0)
      throw new Error(
        `Query ${definition.name}: parameters ${[...missing, ...unused].join(", ")} stand only on one side`,
      );
  }
  async function ask(db: Queryable, given: z.output<P>): Promise<z.output<R>[]> {
    const isSpread = spread !== undefined && (await onCluster(db));
    const sent = isSpread ? spreadFor(given) : plain;
    const values = Array.isArray(given) ? given : pick(given, sent.names);
    const statement = { text: sent.text, values };
    const result =
      settings === "" || isSpread || !(db instanceof pg.Pool)
        ? await db.query(statement)
        : await whileItAnswers(db, () =>
            withTransaction(db, async (client) => {
              await client.query(settings);
              return await client.query(statement);
            }),
          );
    const parsed = rows.safeParse(result.rows);
    if (!parsed.success)
      throw new RowShapeError(`Query ${definition.name}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }
  const told = new WeakMap<Reading, WeakMap<Queryable, Map<string, Promise<z.output<R>[]>>>>();
  return async (db, params) => {
    const given = definition.params.parse(params);
    const reading = currentReading();
    if (!reading) return ask(db, given);
    const ofReading = remembered(told, reading, () => new WeakMap());
    const answers = remembered(ofReading, db, () => new Map());
    // Each gets a list of its own, to sort as it likes.
    return [...(await remembered(answers, JSON.stringify(given), () => ask(db, given)))];
  };
}

function remembered<K, V>(
  among: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = among.get(key);
  if (value === undefined) {
    value = make();
    among.set(key, value);
  }
  return value;
}

function pick(given: unknown, names: string[]): unknown[] {
  const entries = new Map(Object.entries(given ?? {}));
  return names.map((name) => entries.get(name) ?? null);
}
