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
  /** Rows both of whose places others have. */
  full: ReadonlySet<number>;
}

/** Looks up what stands where rows are to be written. Nothing is in the way on a cluster, whose key holds all of a row's. */
export async function placesInKey(
  client: PoolClient,
  rows: readonly RowKey[],
): Promise<PlacesInKey> {
  const places = {
    aside: new Set<number>(),
    there: new Set<number>(),
    full: new Set<number>(),
  };
  if (rows.length === 0 || (await onCluster(client))) return places;
  const found = await client.query<{ n: number; place: keyof typeof places }>(
    `${onOneMachine}
     SELECT n, CASE
         WHEN is_stored THEN 'there'
         WHEN nth + first_taken::integer + second_taken::integer > 2 THEN 'full'
         ELSE 'aside'
       END AS place
     FROM (
       SELECT w.n, is_stored, first_taken, second_taken,
         row_number() OVER (PARTITION BY ${firstPlaceOf("w")}, is_stored ORDER BY w.n) AS nth
       FROM (
         SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) WITH ORDINALITY AS k (session, started_at, id, n)
       ) w
       CROSS JOIN LATERAL (
         SELECT coalesce(bool_or(is_same), false) AS is_stored,
           coalesce(bool_or(is_first AND NOT is_same), false) AS first_taken,
           coalesce(bool_or(NOT is_first AND NOT is_same), false) AS second_taken
         FROM (
           SELECT ${isInFirstPlaceOf("q", "w")} AS is_first,
             q.session = w.session AND q.started_at = w.started_at AND q.id = w.id AS is_same
           FROM request_rows q WHERE ${isInPlaceOf("q", "w")}
           OFFSET 0
         ) r
       ) there
     ) places
     WHERE is_stored OR first_taken OR nth > 1`,
    keysOf(rows),
  );
  for (const { n, place } of found.rows) places[place].add(n - 1);
  return places;
}
