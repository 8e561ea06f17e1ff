import type { Pool } from "pg";
import { enterMissing } from "./enter-missing";
import { Shapes } from "./shapes";
import { Texts } from "./texts";

const separator = "\0";

/** What dictionaries take at most; all that comes later has one name. */
export interface DictionaryLimits {
  pools: number;
  lbs: number;
  nodesOfPool: number;
  nodes: number;
}
const usual: DictionaryLimits = { pools: 5000, lbs: 5000, nodesOfPool: 5000, nodes: 20_000 };
/** The name of the pools, of the load balancers, and of a pool's nodes, that came later. */
export const others = "(other)";
/** Of names beyond that so many are remembered at a time. */
const mostOthers = 50_000;

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
  /** Names that have the id of their pool's other nodes. */
  private otherNodes = new Map<string, number>();

  constructor(
    private readonly db: Pool,
    private readonly limits = usual,
  ) {}

  /** Where there are too many already, a new one stands for other pools: the rules of alerts look at each. */
  async learnPools(names: Iterable<string>): Promise<void> {
    await learn(this.db, "pools", this.pools, names, this.limits.pools);
  }

  /** Where there are too many already, a new one stands for other balancers: pages know all by name. */
  async learnLbs(names: Iterable<string>): Promise<void> {
    await learn(this.db, "lbs", this.lbs, names, this.limits.lbs);
  }

  /**
   * @param named pool ids and raw node names. Where a pool has too many already, a new one stands for other nodes: judging
   *   and pages look at all of a pool's.
   * @returns the pools in which a name was not known here before.
   */
  async learnNodes(named: Iterable<readonly [pool: number, name: string]>): Promise<number[]> {
    const unknown = new Map<string, readonly [number, string]>();
    for (const [pool, name] of named) {
      const key = pool + separator + name;
      if (!this.nodes.has(key) && !this.otherNodes.has(key)) unknown.set(key, [pool, name]);
    }
    if (unknown.size === 0) return [];
    const before = this.nodes.size;
    // In order of name, so that ids (and the colours that follow them) do not hang on the order of arrival.
    const wanted = [...unknown.values()].sort((a, b) => a[0] - b[0] || compareNames(a[1], b[1]));
    await enterMissing(wanted, {
      has: ([pool, name]) => this.nodes.has(pool + separator + name),
      find: async (some) => {
        const { rows } = await this.db.query<{ id: number; pool: number; name: string }>(
          `SELECT o.id, o.pool, o.name FROM unnest($1::integer[], $2::text[]) AS w (pool, name)
           JOIN nodes o ON o.pool = w.pool AND o.name = w.name`,
          columnsOf(some),
        );
        for (const row of rows) this.nodes.set(row.pool + separator + row.name, row.id);
      },
      enter: async (some) =>
        await this.db.query(
          `INSERT INTO nodes (pool, name)
           SELECT w.pool, w.name FROM unnest($1::integer[], $2::text[]) WITH ORDINALITY AS w (pool, name, n)
           ORDER BY w.n
           ON CONFLICT (pool, name) DO NOTHING`,
          columnsOf(await this.withRoom(some)),
        ),
    });
    const left = wanted.filter(([pool, name]) => !this.nodes.has(pool + separator + name));
    if (left.length > 0) await this.learnOthers(left);
    if (this.nodes.size === before) return [];
    return [...new Set(wanted.map(([pool]) => pool))];
  }

  /** Those of the names that their pools have room for. */
  private async withRoom(
    names: readonly (readonly [number, string])[],
  ): Promise<(readonly [number, string])[]> {
    const { rows } = await this.db.query<{ pool: number; n: number }>(
      "SELECT pool, count(*)::integer AS n FROM nodes GROUP BY pool",
    );
    const counts = new Map(rows.map(({ pool, n }) => [pool, n]));
    let all = rows.reduce((sum, { n }) => sum + n, 0);
    return names.filter(([pool, name]) => {
      const count = counts.get(pool) ?? 0;
      if ((count >= this.limits.nodesOfPool || all >= this.limits.nodes) && name !== others)
        return false;
      counts.set(pool, count + 1);
      all += 1;
      return true;
    });
  }

  private async learnOthers(names: readonly (readonly [number, string])[]): Promise<void> {
    if (this.otherNodes.size + names.length > mostOthers) this.otherNodes = new Map();
    const pools = [...new Set(names.map(([pool]) => pool))];
    await this.learnNodes(pools.map((pool) => [pool, others] as const));
    for (const [pool, name] of names) {
      const id = this.nodes.get(pool + separator + others);
      if (id !== undefined) this.otherNodes.set(pool + separator + name, id);
    }
  }

  pool(name: string): number {
    return known(this.pools.get(name) ?? this.pools.get(others), name);
  }

  /** The name under which a pool that was learned is known. */
  poolName(name: string): string {
    return this.pools.has(name) ? name : others;
  }

  lb(name: string): number {
    return known(this.lbs.get(name) ?? this.lbs.get(others), name);
  }

  /** The name under which a load balancer that was learned is known. */
  lbName(name: string): string {
    return this.lbs.has(name) ? name : others;
  }

  node(pool: number, name: string): number {
    const key = pool + separator + name;
    return known(this.nodes.get(key) ?? this.otherNodes.get(key), name);
  }
}

function columnsOf(names: readonly (readonly [number, string])[]): [number[], string[]] {
  return [names.map(([pool]) => pool), names.map(([, name]) => name)];
}

function known(id: number | undefined, name: string): number {
  if (id === undefined) throw new Error(`"${name}" was not learned before it was asked for`);
  return id;
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Enters names that are new, of all that is there no more than `most`: one more stands for the rest. */
async function learn(
  db: Pool,
  table: "pools" | "lbs",
  ids: Map<string, number>,
  names: Iterable<string>,
  most: number,
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
    enter: async (some) => {
      const { rows } = await db.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
      await db.query(
        `INSERT INTO ${table} (name) SELECT w.name FROM unnest($1::text[]) AS w (name)
         ON CONFLICT (name) DO NOTHING`,
        [some.slice(0, Math.max(0, most - (rows[0]?.n ?? 0)))],
      );
    },
  });
  const isFull = unknown.some((name) => !ids.has(name));
  if (isFull && !ids.has(others)) await learn(db, table, ids, [others], Number.POSITIVE_INFINITY);
}
