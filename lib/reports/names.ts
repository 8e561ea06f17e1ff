import type { Queryable } from "@/lib/store/query";
import { lbNames, namesVersion, nodeNames, poolNames } from "@/lib/store/read/names";

/** A node by its right name, all others resolved. */
export interface KnownNode {
  /** Its id under that name. */
  id: number;
  name: string;
  pool: number;
  /** By first sight in the pool, from 0. */
  ordinal: number;
  aliases: { name: string; by: string }[];
}

type NodeRow = Awaited<ReturnType<typeof nodeNames>>[number];

type Kept = WeakMap<Queryable, { version: string; names: Promise<Names> }>;
const kept = keptNames();

/** The names of pools, balancers and nodes: what ids mean and what names mean. */
export class Names {
  readonly #pools: ReadonlyMap<number, string>;
  readonly #lbs: ReadonlyMap<number, string>;
  readonly #rows: ReadonlyMap<number, NodeRow>;
  readonly #nodes = new Map<number, KnownNode>();
  readonly #byName = new Map<string, KnownNode>();
  readonly #byPool = new Map<number, KnownNode[]>();

  constructor(
    pools: { id: number; name: string }[],
    lbs: { id: number; name: string }[],
    nodes: NodeRow[],
  ) {
    this.#pools = new Map(pools.map(({ id, name }) => [id, name]));
    this.#lbs = new Map(lbs.map(({ id, name }) => [id, name]));
    const rows = new Map(nodes.map((row) => [row.id, row]));
    this.#rows = rows;
    for (const row of nodes) {
      // Rows come by id: whichever of a node's names was seen first gives its place.
      const right = (row.canonical === null ? undefined : rows.get(row.canonical)) ?? row;
      let node = this.#nodes.get(right.id);
      if (!node) {
        const known = this.#byPool.get(right.pool) ?? [];
        this.#byPool.set(right.pool, known);
        const { id, name, pool } = right;
        node = { id, name, pool, ordinal: known.length, aliases: [] };
        known.push(node);
        this.#nodes.set(id, node);
      }
      if (row !== right) node.aliases.push({ name: row.name, by: row.canonical_by ?? "learned" });
      this.#nodes.set(row.id, node);
      this.#byName.set(key(row.pool, row.name), node);
    }
  }

  /** Those of now. Thousands of names take long to read and much memory: they are kept until they are others. */
  static async read(db: Queryable): Promise<Names> {
    const [{ version = "" } = {}] = await namesVersion(db, {});
    const last = kept.get(db);
    if (last?.version === version) return await last.names;
    const names = readAll(db);
    const now = { version, names };
    kept.set(db, now);
    try {
      return await names;
    } catch (error) {
      if (kept.get(db) === now) kept.delete(db);
      throw error;
    }
  }

  pool(id: number): string {
    return this.#pools.get(id) ?? "";
  }

  lb(id: number): string {
    return this.#lbs.get(id) ?? "";
  }

  /** The node of an id, whichever of its names that is; null when none was named (0). */
  node(id: number | null): KnownNode | null {
    return id === null ? null : (this.#nodes.get(id) ?? null);
  }

  /** The name under which a log named the node of an id. */
  rawNode(id: number): string | null {
    return this.#rows.get(id)?.name ?? null;
  }

  /** Every name that was written for a node of the pool. */
  writtenIn(pool: number): string[] {
    return [...this.#rows.values()].filter((row) => row.pool === pool).map((row) => row.name);
  }

  /** The right name for a written one of a pool; null where it is not known there. */
  named(pool: number, written: string): string | null {
    return this.#byName.get(key(pool, written))?.name ?? null;
  }

  nodeName(id: number | null): string {
    return this.node(id)?.name ?? "";
  }

  /** Every pool, or the one of this name; none when there is no such pool. */
  poolIds(name: string | undefined): number[] {
    return [...this.#pools].filter(([, known]) => name === undefined || known === name).map(idOf);
  }

  /** How many balancers are known by name. */
  lbCount(): number {
    return [...this.#lbs.values()].filter((name) => name !== "").length;
  }

  /** The balancer's id; null when none is asked for, -1 (which nothing has) when there is no such balancer. */
  lbId(name: string | undefined): number | null {
    if (name === undefined) return null;
    return [...this.#lbs].find(([, known]) => known === name)?.[0] ?? -1;
  }

  /** The ids of the balancers whose name holds the text, in any case. */
  lbIdsLike(text: string): number[] {
    const part = text.toLowerCase();
    return [...this.#lbs].filter(([, known]) => known.toLowerCase().includes(part)).map(idOf);
  }

  /** Every name that was written for the nodes of these ids. */
  writtenFor(ids: readonly number[]): string[] {
    return ids.flatMap((id) => this.rawNode(id) ?? []);
  }

  nodesOf(pools: readonly number[]): KnownNode[] {
    return pools.flatMap((pool) => this.#byPool.get(pool) ?? []);
  }

  /** The ids of every name of the nodes that bear this one. */
  idsNamed(pools: readonly number[], name: string): number[] {
    return this.#idsWhere(pools, (known) => known === name);
  }

  /** The ids of every name of the nodes one of whose names holds the text, in any case. */
  idsLike(pools: readonly number[], text: string): number[] {
    const part = text.toLowerCase();
    return this.#idsWhere(pools, (known) => known.toLowerCase().includes(part));
  }

  #idsWhere(pools: readonly number[], matches: (name: string) => boolean): number[] {
    const among = new Set(pools);
    const rows = [...this.#rows.values()];
    const wanted = new Set(
      rows
        .filter((row) => among.has(row.pool) && matches(row.name))
        .map((row) => this.#nodes.get(row.id)),
    );
    return rows.filter((row) => wanted.has(this.#nodes.get(row.id))).map((row) => row.id);
  }

  /** The right name for one that a log or an app wrote, in any pool where that is not known (0); null where nothing bears it. */
  known(pool: number | null, written: string): string | null {
    if (pool) return this.#byName.get(key(pool, written))?.name ?? null;
    for (const id of this.#pools.keys()) {
      const found = this.#byName.get(key(id, written));
      if (found) return found.name;
    }
    return null;
  }

  /** The right name for one that a log or an app wrote; as written where it is not known. */
  resolve(pool: number | null, written: string): string {
    return this.known(pool, written) ?? written;
  }

  /**
   * Every (pool, node) that a rollup may hold, with what it is shown as: nodes of one name are one,
   * in one pool and over several. `none` also gives the requests that no node served (node 0).
   */
  keys(pools: readonly number[], none: "with none" | "without none"): NodeKeys {
    const labels: string[] = [];
    const places = new Map<string, number>();
    const keys: NodeKeys = { pools: [], nodes: [], labels: [], names: labels };
    const among = new Set(pools);
    for (const row of this.#rows.values()) {
      if (!among.has(row.pool)) continue;
      const name = this.nodeName(row.id);
      let place = places.get(name);
      if (place === undefined) {
        place = labels.length;
        places.set(name, place);
        labels.push(name);
      }
      keys.pools.push(row.pool);
      keys.nodes.push(row.id);
      keys.labels.push(place);
    }
    if (none === "with none") {
      for (const pool of pools) {
        keys.pools.push(pool);
        keys.nodes.push(0);
        keys.labels.push(-1);
      }
    }
    return keys;
  }
}

/** Three lists of one length, and the names that the labels are places in. */
export interface NodeKeys {
  pools: number[];
  nodes: number[];
  labels: number[];
  names: string[];
}

async function readAll(db: Queryable): Promise<Names> {
  const [pools, lbs, nodes] = await Promise.all([
    poolNames(db, {}),
    lbNames(db, {}),
    nodeNames(db, {}),
  ]);
  return new Names(pools, lbs, nodes);
}

/** The same for all copies of this module: the framework bundles it several times over. */
function keptNames(): Kept {
  const key = Symbol.for("hopwatch.names");
  const known: unknown = Reflect.get(globalThis, key);
  const one: Kept = known instanceof WeakMap ? known : new WeakMap();
  Reflect.set(globalThis, key, one);
  return one;
}

function key(pool: number, name: string): string {
  return `${pool}\0${name}`;
}

function idOf([id]: [number, string]): number {
  return id;
}
