import type { PoolClient } from "pg";
import { type ChangeKind, changeKinds, type EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";
import type { Queryable } from "../query";

/** What surrounds a pool's sessions in a time; names by their ids. */

export interface ChangeRecord {
  at: EpochMs;
  kind: ChangeKind;
  pool: number | null;
  node: string | null;
  lb: number | null;
  title: string;
  /** Whether it was read from a balancer's log rather than posted. */
  logged: boolean;
}

function isKind(word: string): word is ChangeKind {
  return changeKinds.some((kind) => kind === word);
}

/** Changes of some pools, and those that name no pool. */
export async function changesAround(
  client: PoolClient,
  pools: readonly number[],
  from: EpochMs,
  to: EpochMs,
): Promise<ChangeRecord[]> {
  const { rows } = await client.query<Omit<ChangeRecord, "kind"> & { kind: string }>(
    `SELECT at, kind, pool, node, lb, title, source IS NOT NULL AS logged FROM changes
     WHERE (pool IS NULL OR pool = ANY ($1::integer[])) AND at BETWEEN $2 AND $3
     ORDER BY at, id`,
    [pools, timestampText(from), timestampText(to)],
  );
  return rows.flatMap((row) => (isKind(row.kind) ? [{ ...row, kind: row.kind }] : []));
}

export interface SpanRecord {
  lb: number;
  node: number;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
}

/** When each node of a pool served through each balancer, to the minute. */
export async function nodeSpans(
  client: PoolClient,
  pool: number,
  from: EpochMs,
  to: EpochMs,
): Promise<SpanRecord[]> {
  const { rows } = await client.query<SpanRecord>(
    `SELECT lb, node, min(minute) AS "firstSeen", max(minute) AS "lastSeen" FROM node_minutes
     WHERE pool = $1 AND node > 0 AND minute BETWEEN $2 AND $3
     GROUP BY lb, node`,
    [pool, timestampText(from), timestampText(to)],
  );
  return rows;
}

export interface MoveRecord {
  session: string;
  at: EpochMs;
  id: string;
  lb: number;
  fromNode: number;
  toNode: number;
}

/** Bounces of a pool in a time, the earliest `most`. */
export async function movesAround(
  client: PoolClient,
  pool: number,
  from: EpochMs,
  to: EpochMs,
  most: number,
): Promise<MoveRecord[]> {
  const { rows } = await client.query<MoveRecord>(
    `SELECT session, at, id, lb, from_node AS "fromNode", to_node AS "toNode" FROM bounces
     WHERE pool = $1 AND at BETWEEN $2 AND $3 ORDER BY at, session, id LIMIT $4`,
    [pool, timestampText(from), timestampText(to), most],
  );
  return rows;
}

export interface LookupRecord {
  minute: EpochMs;
  store: string;
  node: string;
  lookups: number;
  misses: number;
}

/** Look-ups of session stores by the minute, of a pool's events and of those that name no pool. */
export async function storeLookups(
  client: PoolClient,
  pool: number,
  from: EpochMs,
  to: EpochMs,
): Promise<LookupRecord[]> {
  const { rows } = await client.query<LookupRecord>(
    `SELECT minute, store, node, sum(lookups) AS lookups, sum(misses) AS misses FROM store_minutes
     WHERE pool IN (0, $1) AND minute BETWEEN $2 AND $3
     GROUP BY minute, store, node ORDER BY minute, store, node`,
    [pool, timestampText(from), timestampText(to)],
  );
  return rows;
}

export interface NameRecords {
  pools: Map<number, string>;
  lbs: Map<number, string>;
  nodes: {
    id: number;
    pool: number;
    name: string;
    canonical: number | null;
    canonicalBy: string | null;
  }[];
  sources: {
    id: number;
    name: string;
    format: string;
    formatString: string | null;
    lb: string | null;
    pool: string | null;
    affinity: unknown;
    nodes: unknown;
  }[];
}

/** The dictionaries and the sources: small tables, read whole. */
export async function nameRecords(client: PoolClient): Promise<NameRecords> {
  const pools = await client.query<{ id: number; name: string }>("SELECT id, name FROM pools");
  const lbs = await client.query<{ id: number; name: string }>("SELECT id, name FROM lbs");
  const nodes = await client.query<NameRecords["nodes"][number]>(
    `SELECT id, pool, name, canonical, canonical_by AS "canonicalBy" FROM nodes ORDER BY id`,
  );
  const sources = await client.query<NameRecords["sources"][number]>(
    `SELECT id, name, format, format_string AS "formatString", lb, pool, affinity, nodes
     FROM sources ORDER BY id`,
  );
  return {
    pools: new Map(pools.rows.map((row) => [row.id, row.name])),
    lbs: new Map(lbs.rows.map((row) => [row.id, row.name])),
    nodes: nodes.rows,
    sources: sources.rows,
  };
}

export interface PairRecord {
  lb: string;
  lbNode: string;
  /** `app`: the app's own name, by shared correlation IDs; `log`: an address in the same line. */
  knownBy: string;
  other: string;
  n: number;
}

/** How often a balancer's name for a node met another name for it. */
export async function nodePairs(client: Queryable, pool: number): Promise<PairRecord[]> {
  const { rows } = await client.query<PairRecord>(
    `SELECT b.name AS lb, o.name AS "lbNode", p.known_by AS "knownBy", p.other, p.n
     FROM node_pairs p JOIN nodes o ON o.id = p.lb_node JOIN lbs b ON b.id = p.lb
     WHERE p.pool = $1 ORDER BY b.name, o.name, p.known_by, p.other`,
    [pool],
  );
  return rows;
}

/** Enters names and says whose other names they are. `canonical` null: a name of its own. */
export async function setCanonical(
  client: PoolClient,
  pool: number,
  names: readonly { name: string; canonical: string | null; by: string | null }[],
): Promise<void> {
  if (names.length === 0) return;
  const all = [
    ...new Set(
      names.flatMap(({ name, canonical }) => (canonical === null ? [name] : [name, canonical])),
    ),
  ].sort();
  await client.query(
    `INSERT INTO nodes (pool, name) SELECT $1, w.name FROM unnest($2::text[]) AS w (name)
     ON CONFLICT (pool, name) DO NOTHING`,
    [pool, all],
  );
  await client.query(
    `UPDATE nodes t SET canonical = o.id, canonical_by = w.by
     FROM unnest($2::text[], $3::text[], $4::text[]) AS w (name, canonical, by)
     LEFT JOIN nodes o ON o.pool = $1 AND o.name = w.canonical
     WHERE t.pool = $1 AND t.name = w.name`,
    [
      pool,
      names.map((row) => row.name),
      names.map((row) => row.canonical),
      names.map((row) => row.by),
    ],
  );
}
