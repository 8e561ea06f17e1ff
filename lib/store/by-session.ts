/*
 * The key of a partition of requests is 64 bits of the session's hash, and 64 bits of time and id: 16 bytes where session,
 * time and id themselves are 32. Whoever looks requests up by their session names the hash, by which the key finds them,
 * and the session itself, so that none is of another. On a cluster the key is session, time and id, as its tables are
 * spread by the session.
 */

const sessionHash = (session: string) => `uuid_hash_extended(${session}, 0)`;
const momentHash = (at: string, id: string) =>
  `interval_hash_extended(${at} - timestamptz 'epoch', ${id})`;

/** SQL: the columns of the key. */
export const requestKey = `${sessionHash("session")}, ${momentHash("started_at", "id")}`;

/** SQL: that a request is one of a session (a UUID), of the view or the table. */
export function isOfSession(request: string, session: string): string {
  return `${sessionHash(`${request}.session`)} = ${sessionHash(session)} AND ${request}.session = ${session}`;
}

/** SQL: that a row of the table is the one that `key` names by `session`, `started_at` and `id` (a number). */
export function isRow(row: string, key: string): string {
  return `${isOfSession(row, `${key}.session`)}
      AND ${momentHash(`${row}.started_at`, `${row}.id`)} = ${momentHash(`${key}.started_at`, `${key}.id`)}
      AND ${row}.started_at = ${key}.started_at AND ${row}.id = ${key}.id`;
}

/** SQL: that a request of the view is the one of a session, at a moment, with an id (a UUID). */
export function isRequest(request: string, session: string, at: string, id: string): string {
  const number = `('x' || left(replace(${id}::text, '-', ''), 16))::bit(64)::bigint`;
  return `${isOfSession(request, session)}
      AND ${momentHash(`${request}.started_at`, `${request}.row_id`)} = ${momentHash(at, number)}
      AND ${request}.started_at = ${at} AND ${request}.row_id = ${number}`;
}
