import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { isRow } from "../by-session";
import { timestampText } from "../database";
import { onCluster } from "../on-cluster";
import { keysOf, placesInKey, type RowKey } from "./aside";
import { mark, membershipBits, type Tie } from "./request-rows";

/** What goes along unchanged when a request's row is moved or copied to another session. */
const carried = "started_at, id, shape, duration, bytes, path, client, rest";
const carriedOfRow = carried.replaceAll(/\w+/g, "r.$&");
/** Those of the marks that do. */
const carriedMarks = `(r.marks & ~(${membershipBits} | ${mark.aside}))`;

/**
 * Of rows that come to another session, in their order: the mark that says how they stand in its key, and whether they are
 * stored there already. On a cluster the key itself tells those.
 */
async function arrivals(client: PoolClient, rows: readonly (RowKey & { to: string })[]) {
  const places = await placesInKey(
    client,
    rows.map((row) => ({ ...row, session: row.to })),
  );
  return {
    asides: rows.map((_, n) => (places.aside.has(n) ? mark.aside : 0)),
    there: rows.map((_, n) => places.there.has(n)),
    // Elsewhere what the key refuses is another request's place, which must not be passed over.
    whereStored: (await onCluster(client)) ? "ON CONFLICT DO NOTHING" : "",
  };
}

/** Which of these rows exist; an index look-up each, in one statement. */
export async function existingRows(
  client: PoolClient,
  rows: readonly RowKey[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const found = await client.query<{ n: number }>(
    `SELECT w.n
     FROM (
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) WITH ORDINALITY AS w (session, started_at, id, n)
     ) w
     JOIN request_rows r ON ${isRow("r", "w")}`,
    keysOf(rows),
  );
  return new Set(
    found.rows.flatMap(({ n }) => {
      const row = rows[n - 1];
      return row ? [row.session + row.id] : [];
    }),
  );
}

/** Which of these events exist. */
export async function existingEvents(
  client: PoolClient,
  events: readonly { session: string; at: EpochMs; id: string }[],
): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const found = await client.query<{ session: string; id: string }>(
    `SELECT e.session, e.id
     FROM (SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS w (session, at, id)) w
     JOIN session_events e ON e.session = w.session AND e.at = w.at AND e.id = w.id`,
    [
      events.map((event) => event.session),
      events.map((event) => timestampText(event.at)),
      events.map((event) => event.id),
    ],
  );
  return new Set(found.rows.map((row) => row.session + row.id));
}

export interface Move extends RowKey {
  to: string;
  tie: Tie;
}

/** Takes requests out of one session and puts them into another, with their correlation rows. */
export async function moveRows(
  client: PoolClient,
  moves: readonly Move[],
  correlationsOf: (move: Move) => string[],
): Promise<void> {
  if (moves.length === 0) return;
  // A copy that stands there already, at the session's head, becomes the request itself.
  await client.query(
    `UPDATE request_rows t SET marks = (t.marks & ~${mark.starts | mark.startEvent | 3}) | w.tie
     FROM (
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::integer[]) AS w (session, started_at, id, tie)
     ) w
     WHERE ${isRow("t", "w")}`,
    [
      ...keysOf(moves.map((move) => ({ ...move, session: move.to }))),
      moves.map((move) => move.tie),
    ],
  );
  const { asides, there, whereStored } = await arrivals(client, moves);
  await client.query(
    `WITH moved AS (
       DELETE FROM request_rows r
       USING (
         SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::uuid[], $5::integer[], $6::boolean[])
           AS w (session, started_at, id, to_session, to_marks, is_there)
       ) w
       WHERE ${isRow("r", "w")}
       RETURNING w.to_session, ${carriedMarks} | w.to_marks AS marks, ${carriedOfRow}, w.is_there
     )
     INSERT INTO request_rows (session, marks, ${carried})
     SELECT to_session, marks, ${carried} FROM moved WHERE NOT is_there
     ${whereStored}`,
    [
      ...keysOf(moves),
      moves.map((move) => move.to),
      moves.map((move, n) => move.tie | (asides[n] ?? 0)),
      there,
    ],
  );
  const pairs = moves.flatMap((move) =>
    correlationsOf(move).map((correlation) => ({ correlation, move })),
  );
  await client.query(
    `UPDATE request_correlations c SET session = w.to_session
     FROM (
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[])
         AS w (correlation, started_at, id, to_session)
     ) w
     WHERE c.correlation = w.correlation AND c.started_at = w.started_at AND c.id = w.id`,
    [
      pairs.map(({ correlation }) => correlation),
      pairs.map(({ move }) => timestampText(move.startedAt)),
      pairs.map(({ move }) => move.id),
      pairs.map(({ move }) => move.to),
    ],
  );
}

/** Puts a copy of a request at the head of a session that began with its response, as an app's event tells. */
export async function copyToStart(
  client: PoolClient,
  copies: readonly (RowKey & { to: string })[],
): Promise<void> {
  if (copies.length === 0) return;
  const { asides, there, whereStored } = await arrivals(client, copies);
  await client.query(
    `INSERT INTO request_rows (session, marks, ${carried})
     SELECT w.to_session, ${carriedMarks} | w.to_marks, ${carriedOfRow}
     FROM (
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::uuid[], $5::integer[], $6::boolean[])
         AS w (session, started_at, id, to_session, to_marks, is_there)
     ) w
     JOIN request_rows r ON r.session = w.session AND r.started_at = w.started_at AND r.id = w.id
     WHERE NOT w.is_there
     ${whereStored}`,
    [
      ...keysOf(copies),
      copies.map((copy) => copy.to),
      asides.map((bit) => 2 | mark.starts | mark.startEvent | mark.keyTold | bit),
      there,
    ],
  );
}

/** Takes copies away that only an app's event had put there. */
export async function dropStarts(client: PoolClient, rows: readonly RowKey[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `DELETE FROM request_rows r
     USING (SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) AS w (session, started_at, id)) w
     WHERE ${isRow("r", "w")}
       AND r.marks & ${mark.startEvent} > 0`,
    keysOf(rows),
  );
}
