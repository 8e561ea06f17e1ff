import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { firstPlaceOf, isInFirstPlaceOf, isInPlaceOf } from "../by-session";
import { timestampText } from "../database";
import { onCluster, onOneMachine } from "../on-cluster";
import { storedId } from "./request-rows";

/** Where a request's row lies. */
export interface RowKey {
  session: string;
  startedAt: EpochMs;
  id: string;
}

/** The columns of row keys, for `unnest($1::uuid[], $2::timestamptz[], $3::bigint[])`. */
export function keysOf(rows: readonly RowKey[]): [string[], string[], string[]] {
  return [
    rows.map((row) => row.session),
    rows.map((row) => timestampText(row.startedAt)),
    rows.map((row) => storedId(row.id)),
  ];
}

/** What stands where rows are to be written, by their places in a list. */
export interface PlacesInKey {
  /** Rows whose place another request has: one that is stored, or that comes before them in the list. */
  aside: ReadonlySet<number>;
  /** Rows that are stored there already. */
  there: ReadonlySet<number>;
}

/** Looks up what stands where rows are to be written. Nothing is in the way on a cluster, whose key holds all of a row's. */
export async function placesInKey(
  client: PoolClient,
  rows: readonly RowKey[],
): Promise<PlacesInKey> {
  const aside = new Set<number>();
  const there = new Set<number>();
  if (rows.length === 0 || (await onCluster(client))) return { aside, there };
  const found = await client.query<{ n: number; isThere: boolean }>(
    `${onOneMachine}
     SELECT w.n, coalesce(there.is_stored, false) AS "isThere"
     FROM (
       SELECT *, row_number() OVER (PARTITION BY ${firstPlaceOf("k")} ORDER BY n) > 1 AS comes_later
       FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) WITH ORDINALITY AS k (session, started_at, id, n)
     ) w
     CROSS JOIN LATERAL (
       SELECT bool_or(is_same) AS is_stored,
         bool_or(${isInFirstPlaceOf("r", "w")}) FILTER (WHERE NOT is_same) AS is_taken
       FROM (
         SELECT *, q.session = w.session AND q.started_at = w.started_at AND q.id = w.id AS is_same
         FROM request_rows q WHERE ${isInPlaceOf("q", "w")}
         OFFSET 0
       ) r
     ) there
     WHERE there.is_stored OR there.is_taken OR w.comes_later`,
    keysOf(rows),
  );
  for (const { n, isThere } of found.rows) (isThere ? there : aside).add(n - 1);
  return { aside, there };
}
