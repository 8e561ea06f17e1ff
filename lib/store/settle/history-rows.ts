import type { PoolClient } from "pg";
import { z } from "zod";
import {
  type Attempt,
  type EpochMs,
  type SessionEventType,
  sessionEventTypes,
} from "@/lib/domain/facts";
import { isOfSession } from "../by-session";
import { timestampText } from "../database";
import { onCluster, onOneMachine } from "../on-cluster";
import type { Queryable } from "../query";
import { seenSince } from "../read/last-seen";
import type { Tie } from "../write/request-rows";
import { CommonParts, type HistoryRow } from "./common-parts";

/** What the judging reads of a request; as stored, names by their ids. */
export interface RequestRecord {
  session: string;
  id: string;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  seq: number | null;
  pool: number;
  lb: number;
  node: number | null;
  source: number;
  listener: string | null;
  attempts: Attempt[] | null;
  client: string | null;
  clientPort: number | null;
  status: number | null;
  backendStatus: number | null;
  method: string | null;
  path: string | null;
  presented: string | null;
  inserted: string | null;
  persistenceState: string | null;
  termination: string | null;
  retries: number | null;
  redispatched: boolean | null;
  upgrade: boolean | null;
  tie: Tie;
  starts: boolean;
  hasKey: boolean | null;
  correlations: string[] | null;
}

/** The address in a row's bytes, as the view makes it of them. */
const clientOfRow = `CASE length(r.client)
    WHEN 4 THEN host(inet '0.0.0.0' + ('x' || encode(r.client, 'hex'))::bit(32)::bigint)
    WHEN 16 THEN host(regexp_replace(encode(r.client, 'hex'), '(....)(?!$)', '\\1:', 'g')::inet) END`;

const columns = `r.session, to_hex(r.id) AS id, r.started_at AS "startedAt", r.shape, r.marks, r.duration,
  r.path & 65535 AS path, ${clientOfRow} AS client, r.rest`;

/** All requests of some sessions (each given once), in a time that holds them all. By the key of each partition. */
export async function requestsOf(
  client: PoolClient,
  sessions: readonly string[],
  from: EpochMs,
  to: EpochMs,
  parts: CommonParts,
): Promise<RequestRecord[]> {
  const { rows } = await client.query<HistoryRow>(
    (await onCluster(client))
      ? `SELECT ${columns} FROM request_rows r
         WHERE r.session = ANY ($1::uuid[]) AND r.started_at BETWEEN $2 AND $3`
      : `${onOneMachine} SELECT ${columns}
         FROM unnest($1::uuid[]) AS w (session)
         CROSS JOIN LATERAL (
           SELECT * FROM request_rows q
           WHERE ${isOfSession("q", "w.session")} AND q.started_at BETWEEN $2 AND $3
           -- One look-up for each session, whatever is known of the key's hashes: else each row may be held against all of them.
           OFFSET 0
         ) r`,
    [sessions, timestampText(from), timestampText(to)],
  );
  return await parts.complete(client, rows);
}

/** The first requests of one session, in a time that holds them all. By the key of each partition. */
export async function firstRequestsOf(
  client: PoolClient,
  session: string,
  from: EpochMs,
  to: EpochMs,
  most: number,
  parts: CommonParts,
): Promise<RequestRecord[]> {
  const { rows } = await client.query<HistoryRow>(
    `SELECT ${columns} FROM request_rows r
     WHERE ${isOfSession("r", "$1::uuid")} AND r.started_at BETWEEN $2 AND $3
     ORDER BY r.started_at, r.id LIMIT $4`,
    [session, timestampText(from), timestampText(to), most],
  );
  return await parts.complete(client, rows);
}

/**
 * Requests of some sessions of a pool in a time: those whose hashes come
 * first, so that the choice hangs on the facts alone; of each session the
 * first `perSession` requests of that time.
 */
export async function sampleRequests(
  client: Queryable,
  pool: number,
  from: EpochMs,
  to: EpochMs,
  sessions: number,
  perSession: number,
  parts = new CommonParts(),
): Promise<RequestRecord[]> {
  const chosen = `
       SELECT session FROM sessions
       WHERE pool = $1 AND ${seenSince("$2::timestamptz", "sessions")} AND first_seen <= $3 AND requests > 1
       ORDER BY session LIMIT $4`;
  const { rows } = await client.query<HistoryRow>(
    (await onCluster(client))
      ? `WITH s AS MATERIALIZED (${chosen})
         SELECT ${columns}
         FROM (
           SELECT r.*, row_number() OVER (PARTITION BY r.session ORDER BY r.started_at, r.id) AS nth
           FROM s JOIN request_rows r ON r.session = s.session JOIN shapes h ON h.id = r.shape
           WHERE h.pool = $1 AND r.started_at BETWEEN $2 AND $3
         ) r
         WHERE r.nth <= $5`
      : `${onOneMachine} SELECT ${columns}
         FROM (${chosen}
         ) s
         CROSS JOIN LATERAL (
           SELECT r.* FROM request_rows r JOIN shapes h ON h.id = r.shape
           WHERE ${isOfSession("r", "s.session")} AND h.pool = $1 AND r.started_at BETWEEN $2 AND $3
           ORDER BY r.started_at, r.id LIMIT $5
         ) r`,
    [pool, timestampText(from), timestampText(to), sessions, perSession],
  );
  return await parts.complete(client, rows);
}

export interface EventRecord {
  session: string;
  id: string;
  at: EpochMs;
  type: SessionEventType;
  pool: number;
  node: string | null;
  correlation: string | null;
  store: string | null;
  hit: boolean | null;
  latencyMs: number | null;
  previousSession: string | null;
}

function isType(word: string): word is SessionEventType {
  return sessionEventTypes.some((type) => type === word);
}

/** The events of some sessions, of each the first `most`. */
export async function eventsOf(
  client: PoolClient,
  sessions: readonly string[],
  most: number,
): Promise<EventRecord[]> {
  const { rows } = await client.query<Omit<EventRecord, "type"> & { type: string }>(
    `SELECT session, id, at, type, pool, node, correlation, store, hit,
       latency_ms AS "latencyMs", previous_session AS "previousSession"
     FROM (
       SELECT e.*, row_number() OVER (PARTITION BY e.session ORDER BY e.at, e.id) AS nth
       FROM session_events e WHERE e.session = ANY ($1::uuid[])
     ) e
     WHERE nth <= $2`,
    [sessions, most],
  );
  return rows.flatMap((row) => (isType(row.type) ? [{ ...row, type: row.type }] : []));
}

export interface SessionRecord {
  session: string;
  pool: number;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
  requests: number;
}

/** Some sessions, a row for each pool they were seen in. */
export async function sessionsOf(
  client: PoolClient,
  sessions: readonly string[],
): Promise<SessionRecord[]> {
  const { rows } = await client.query<SessionRecord>(
    `SELECT session, pool, first_seen AS "firstSeen", last_seen AS "lastSeen", requests
     FROM sessions WHERE session = ANY ($1::uuid[])`,
    [sessions],
  );
  return rows;
}

export const nodeRecord = z.object({
  id: z.number(),
  pool: z.number(),
  name: z.string(),
  canonical: z.number().nullable(),
});
