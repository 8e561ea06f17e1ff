import type { Pool } from "pg";
import { enterMissing } from "./enter-missing";
import { Shapes } from "./shapes";
import { Texts } from "./texts";

const separator = "\0";

/**
 * Ids of pools, load balancers, nodes, shapes and texts, made where they are new.
 * Their rows are written outside of the batch's transaction: a name without
 * facts harms nobody, and ids may then be kept in memory.
 */
export class Dictionary {
  readonly shapes = new Shapes();
  readonly texts = new Texts();
  private readonly pools = new Map<string, number>([["", 0]]);
  private readonly lbs = new Map<string, number>([["", 0]]);
  private readonly nodes = new Map<string, number>();

  constructor(private readonly db: Pool) {}

  async learnPools(names: Iterable<string>): Promise<void> {
    await learn(this.db, "pools", this.pools, names);
  }

  async learnLbs(names: Iterable<string>): Promise<void> {
    await learn(this.db, "lbs", this.lbs, names);
  }

  /**
   * @param named pool ids and raw node names.
   * @returns the pools in which a name was not known here before.
   */
  async learnNodes(named: Iterable<readonly [pool: number, name: string]>): Promise<number[]> {
    const unknown = new Map<string, readonly [number, string]>();
    for (const [pool, name] of named) {
      const key = pool + separator + name;
      if (!this.nodes.has(key)) unknown.set(key, [pool, name]);
    }
    if (unknown.size === 0) return [];
    // In order of name, so that ids (and the colours that follow them) do not hang on the order of arrival.
    const wanted = [...unknown.values()].sort((a, b) => a[0] - b[0] || compareNames(a[1], b[1]));
    await enterMissing(wanted, {
      has: ([pool, name]) => this.nodes.has(pool + separator + name),
      find: async (some) => {
        const { rows } = await this.db.query<{ id: number; pool: number; name: string }>(
          `SELECT o.id, o.pool, o.name FROM unnest($1::integer[], $2::text[]) AS w (pool, name)
           JOIN nodes o ON o.pool = w.pool AND o.name = w.name`,
          [some.map(([pool]) => pool), some.map(([, name]) => name)],
        );
        for (const row of rows) this.nodes.set(row.pool + separator + row.name, row.id);
      },
      enter: (some) =>
        this.db.query(
          `INSERT INTO nodes (pool, name)
           SELECT w.pool, w.name FROM unnest($1::integer[], $2::text[]) WITH ORDINALITY AS w (pool, name, n)
           ORDER BY w.n
           ON CONFLICT (pool, name) DO NOTHING`,
          [some.map(([pool]) => pool), some.map(([, name]) => name)],
        ),
    });
    return [...new Set(wanted.map(([pool]) => pool))];
  }

  pool(name: string): number {
    return known(this.pools.get(name), name);
  }

  lb(name: string): number {
    return known(this.lbs.get(name), name);
  }

  node(pool: number, name: string): number {
    return known(this.nodes.get(pool + separator + name), name);
  }
}

function known(id: number | undefined, name: string): number {
  if (id === undefined) throw new Error(`"${name}" was not learned before it was asked for`);
  return id;
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}

async function learn(
  db: Pool,
  table: "pools" | "lbs",
  ids: Map<string, number>,
  names: Iterable<string>,
): Promise<void> {
  const unknown = [...new Set(names)].filter((name) => !ids.has(name)).sort(compareNames);
  if (unknown.length === 0) return;
  await enterMissing(unknown, {
    has: (name) => ids.has(name),
    find: async (some) => {
      const { rows } = await db.query<{ id: number; name: string }>(
        `SELECT id, name FROM ${table} WHERE name = ANY ($1)`,
        [some],
      );
      for (const row of rows) ids.set(row.name, row.id);
    },
    enter: (some) =>
      db.query(
        `INSERT INTO ${table} (name) SELECT w.name FROM unnest($1::text[]) AS w (name)
         ON CONFLICT (name) DO NOTHING`,
        [some],
      ),
  });
}
