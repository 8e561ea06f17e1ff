/*
 * The key of a partition of requests is 32 bits of the session's hash, and 32 bits of the id's: 8 bytes where session, time
 * and id themselves are 32. Whoever looks requests up by their session names the hash, which finds them, and the session
 * itself, so that none is of another. On a cluster the key is session, time and id, as its tables are spread by the session.
 *
 * Two requests of a session meet in 32 bits about once in a hundred thousand requests of that one session; of a hundred
 * million a day in sessions of twenty, a fifth of a time a day. The second one then stands aside: its marks say so (their
 * sign), and its place is made of all bits of its id turned over. A third one (of a million requests of one session, once in
 * a hundred days) takes another id (`requestsWithPlaces`).
 */

const sessionHash = (session: string) => `uuid_hash(${session})`;

/** Both places where the key may have a request with an id (a number). */
const placesOf = (id: string) => `ARRAY[hashint8(${id}), hashint8(~${id})]`;

/** SQL: the place within its session that the key has a row of the table in; empty: of the table itself. */
const placeOf = (row: string) => `hashint8(${row}id # (${row}marks >> 31))`;

/** SQL: the columns of the key. */
export const requestKey = `${sessionHash("session")}, ${placeOf("")}`;

/** SQL: that a request is one of a session (a UUID), of the view or the table. */
export function isOfSession(request: string, session: string): string {
  return `${sessionHash(`${request}.session`)} = ${sessionHash(session)} AND ${request}.session = ${session}`;
}

/** SQL: that a row of the table stands in one of the two places that the key has for `key`, whatever request it is. */
export function isInPlaceOf(row: string, key: string): string {
  return `${sessionHash(`${row}.session`)} = ${sessionHash(`${key}.session`)}
      AND ${placeOf(`${row}.`)} = ANY (${placesOf(`${key}.id`)})`;
}

/** SQL: that a row of the table is the one that `key` names by `session`, `started_at` and `id` (a number). */
export function isRow(row: string, key: string): string {
  return `${isInPlaceOf(row, key)} AND ${row}.session = ${key}.session
      AND ${row}.started_at = ${key}.started_at AND ${row}.id = ${key}.id`;
}

/** SQL: that such a row stands in the first of the two. */
export function isInFirstPlaceOf(row: string, key: string): string {
  return `${placeOf(`${row}.`)} = hashint8(${key}.id)`;
}

/** SQL: what is the same for two keys that have one first place. */
export function firstPlaceOf(key: string): string {
  return `${sessionHash(`${key}.session`)}, hashint8(${key}.id)`;
}

/** SQL: that a request of the view is the one of a session, at a moment, with an id (a UUID). */
export function isRequest(request: string, session: string, at: string, id: string): string {
  const number = `('x' || left(replace(${id}::text, '-', ''), 16))::bit(64)::bigint`;
  return `${isOfSession(request, session)} AND ${request}.place = ANY (${placesOf(number)})
      AND ${request}.started_at = ${at} AND ${request}.row_id = ${number}`;
}
