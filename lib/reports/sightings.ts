import type { Queryable } from "@/lib/store/query";
import { sightings } from "@/lib/store/read/sightings";
import type { KnownNode, Names } from "./names";

/** The first and the last minute with requests, epoch ms. */
export interface Seen {
  first: number;
  last: number;
}

export interface Sightings {
  /** Of any of the pools; null when none had a request before the time asked about. */
  all: Seen | null;
  ofPool(pool: number): Seen | null;
  /** Under any of the node's names. */
  ofNode(node: KnownNode): Seen | null;
}

/** When pools and nodes were first and last seen before `to`, to the minute. */
export async function sightingsOf(
  db: Queryable,
  names: Names,
  pools: readonly number[],
  to: number,
): Promise<Sightings> {
  const { pools: ofPools, nodes } = names.keys(pools, "with none");
  const rows = await sightings(db, { pools: ofPools, nodes, to });
  const where = (matches: (row: (typeof rows)[number]) => boolean): Seen | null => {
    const found = rows.filter(matches);
    if (found.length === 0) return null;
    return {
      first: found.reduce((least, row) => Math.min(least, row.first), Number.POSITIVE_INFINITY),
      last: found.reduce((most, row) => Math.max(most, row.last), Number.NEGATIVE_INFINITY),
    };
  };
  return {
    all: where(() => true),
    ofPool: (pool) => where((row) => row.pool === pool),
    ofNode: (node) => where((row) => row.node !== 0 && names.node(row.node) === node),
  };
}
