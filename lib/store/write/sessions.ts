import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { isOfSession } from "../by-session";
import { timestampText } from "../database";
import { onCluster, onOneMachine } from "../on-cluster";
import { addPlaces, onlyNode } from "../session-places";
import { mostAddressBytes } from "./address";
import { BinaryArray } from "./binary-array";
import type { SessionGains } from "./session-gains";
import { addMinutes, addOnNodes } from "./session-spans";

const insert = `
  INSERT INTO sessions AS s (session, pool, first_seen, last_seen, requests, node, nodes, lb, lbs, client, demo)
  SELECT w.session, w.pool, to_timestamp(w.first_ms / 1000), to_timestamp(w.last_ms / 1000), w.requests,
    CASE WHEN w.nodes_to = w.ids_from THEN ($11::integer[])[w.nodes_to] END,
    CASE WHEN w.nodes_to > w.ids_from THEN ($11::integer[])[w.ids_from:w.nodes_to] END,
    CASE WHEN w.lbs_to = w.nodes_to + 1 THEN ($11::integer[])[w.lbs_to] END,
    CASE WHEN w.lbs_to > w.nodes_to + 1 THEN ($11::integer[])[w.nodes_to + 1:w.lbs_to] END,
    w.client, w.demo
  FROM unnest($1::uuid[], $2::integer[], $3::double precision[], $4::double precision[], $5::integer[], $6::integer[], $7::integer[], $8::integer[], $9::inet[], $10::boolean[])
    AS w (session, pool, first_ms, last_ms, requests, ids_from, nodes_to, lbs_to, client, demo)
  ON CONFLICT (session, pool) DO UPDATE SET
    first_seen = least(s.first_seen, excluded.first_seen),
    last_seen = greatest(s.last_seen, excluded.last_seen),
    requests = s.requests + excluded.requests,
    ${addPlaces("s", "excluded", "node")},
    ${addPlaces("s", "excluded", "lb")},
    client = CASE WHEN excluded.client IS NULL OR excluded.last_seen < s.last_seen THEN coalesce(s.client, excluded.client)
      WHEN excluded.last_seen > s.last_seen THEN excluded.client
      ELSE greatest(s.client, excluded.client) END,
    demo = s.demo OR excluded.demo
  RETURNING s.session, s.pool, s.nodes, s.bounces, s.losses`;

const touched =
  "SELECT session, pool FROM added WHERE cardinality(nodes) > 1 OR bounces > 0 OR losses > 0";

const upsert = `WITH added AS (${insert}) ${touched}`;

/** The same, and what it changes of the sums: only sessions whose first or last minute is another now, or that are new, or several now. */
const upsertAndCount = `${onOneMachine}
  WITH added AS (
    ${insert},
      date_bin('1 minute', s.first_seen, timestamptz 'epoch') AS first,
      date_bin('1 minute', s.last_seen, timestamptz 'epoch') AS last,
      (s.requests >= 2)::integer AS several,
      date_bin('1 minute', old.first_seen, timestamptz 'epoch') AS was_first,
      date_bin('1 minute', old.last_seen, timestamptz 'epoch') AS was_last,
      (old.requests >= 2)::integer AS was_several,
      ${onlyNode("s")} AS node,
      ${onlyNode("old")} AS was_node
  ),
  minutes AS (
    SELECT pool, first AS at, count(*) AS starts, 0 AS ends, sum(several) AS several_starts, 0 AS several_ends
    FROM added WHERE (first, several) IS DISTINCT FROM (was_first, was_several) GROUP BY 1, 2
    UNION ALL
    SELECT pool, was_first, -count(*), 0, -sum(was_several), 0
    FROM added WHERE was_first IS NOT NULL AND (first, several) <> (was_first, was_several) GROUP BY 1, 2
    UNION ALL
    SELECT pool, last, 0, count(*), 0, sum(several)
    FROM added WHERE (last, several) IS DISTINCT FROM (was_last, was_several) GROUP BY 1, 2
    UNION ALL
    SELECT pool, was_last, 0, -count(*), 0, -sum(was_several)
    FROM added WHERE was_last IS NOT NULL AND (last, several) <> (was_last, was_several) GROUP BY 1, 2
  ),
  on_nodes AS (
    SELECT pool, node, first AS at, count(*) AS starts, 0 AS ends
    FROM added WHERE node IS NOT NULL AND (first, node) IS DISTINCT FROM (was_first, was_node) GROUP BY 1, 2, 3
    UNION ALL
    SELECT pool, was_node, was_first, -count(*), 0
    FROM added WHERE was_node IS NOT NULL AND (first, node) IS DISTINCT FROM (was_first, was_node) GROUP BY 1, 2, 3
    UNION ALL
    SELECT pool, node, last, 0, count(*)
    FROM added WHERE node IS NOT NULL AND (last, node) IS DISTINCT FROM (was_last, was_node) GROUP BY 1, 2, 3
    UNION ALL
    SELECT pool, was_node, was_last, 0, -count(*)
    FROM added WHERE was_node IS NOT NULL AND (last, node) IS DISTINCT FROM (was_last, was_node) GROUP BY 1, 2, 3
  ),
  counted AS (${addMinutes}),
  counted_on_nodes AS (${addOnNodes})
  ${touched}`;

/**
 * Adds gains to the sessions; answers those of them that may have bounced or been lost.
 * @param counts whether the sums are to follow: not where the caller counts these sessions before and after.
 */
export async function addToSessions(
  client: PoolClient,
  gains: SessionGains,
  counts: boolean,
): Promise<{ session: string; pool: number }[]> {
  if (gains.size === 0) return [];
  const statement = counts ? upsertAndCount : upsert;
  const { rows } = await client.query<{ session: string; pool: number }>(
    statement,
    parametersOf(gains),
  );
  return rows;
}

/** Gains as the statement's arrays, always in the same order, so that two writers could not wait for each other. */
function parametersOf(gains: SessionGains): Buffer[] {
  const { size } = gains;
  const session = new BinaryArray("uuid", size, 16);
  const pool = new BinaryArray("integer", size, 4);
  const first = new BinaryArray("double", size, 8);
  const last = new BinaryArray("double", size, 8);
  const requests = new BinaryArray("integer", size, 4);
  // The ids of all nodes and balancers in one list, and which part of it is each session's.
  const ids: number[] = [];
  const idsFrom = new BinaryArray("integer", size, 4);
  const nodesTo = new BinaryArray("integer", size, 4);
  const lbsTo = new BinaryArray("integer", size, 4);
  const client = new BinaryArray("inet", size, mostAddressBytes);
  const demo = new BinaryArray("boolean", size, 1);
  const enter = (id: number) => {
    ids.push(id);
  };
  for (const n of gains.inOrder()) {
    session.uuid(gains.word(n, 0), gains.word(n, 1), gains.word(n, 2), gains.word(n, 3));
    pool.integer(gains.pool(n));
    first.double(gains.firstSeen(n));
    last.double(gains.lastSeen(n));
    requests.integer(gains.requestsOf(n));
    idsFrom.integer(ids.length + 1);
    gains.eachNode(n, enter);
    nodesTo.integer(ids.length);
    gains.eachLb(n, enter);
    lbsTo.integer(ids.length);
    const address = gains.address4(n);
    if (address === null) client.address(gains.client(n));
    else client.address4(address);
    demo.boolean(gains.isDemo(n));
  }
  const all = new BinaryArray("integer", ids.length, 4);
  for (const id of ids) all.integer(id);
  return [session, pool, first, last, requests, idsFrom, nodesTo, lbsTo, client, demo, all].map(
    (array) => array.end(),
  );
}

/** Sessions that only the app had told of give way once a request of theirs is known; answers which did. */
export async function dropUnseen(client: PoolClient, sessions: string[]): Promise<string[]> {
  const { rows } = await client.query<{ session: string }>(
    "DELETE FROM sessions WHERE session = ANY ($1::uuid[]) AND requests = 0 RETURNING session",
    [sessions],
  );
  return rows.map((row) => row.session);
}

/** Those of the sessions that only the app has told of so far. */
export async function unseenOf(client: PoolClient, sessions: string[]): Promise<string[]> {
  const { rows } = await client.query<{ session: string }>(
    "SELECT DISTINCT session FROM sessions WHERE session = ANY ($1::uuid[]) AND requests = 0",
    [sessions],
  );
  return rows.map((row) => row.session);
}

export async function hasUnseen(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query("SELECT 1 FROM sessions WHERE weight = -1 LIMIT 1");
  return rows.length > 0;
}

/** Enters sessions of which only the app has told so far; those with requests stay as they are. */
export async function addUnseen(
  client: PoolClient,
  rows: readonly { session: string; pool: number; at: EpochMs; demo: boolean }[],
): Promise<void> {
  if (rows.length === 0) return;
  const known = await client.query<{ session: string }>(
    "SELECT DISTINCT session FROM sessions WHERE session = ANY ($1::uuid[]) AND requests > 0",
    [[...new Set(rows.map((row) => row.session))]],
  );
  const seen = new Set(known.rows.map((row) => row.session));
  const unseen = rows.filter((row) => !seen.has(row.session));
  if (unseen.length === 0) return;
  await client.query(
    `INSERT INTO sessions AS s (session, pool, first_seen, last_seen, requests, demo)
     SELECT w.session, w.pool, min(w.at), max(w.at), 0, bool_or(w.demo)
     FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::boolean[]) AS w (session, pool, at, demo)
     GROUP BY w.session, w.pool
     ORDER BY w.session, w.pool
     ON CONFLICT (session, pool) DO UPDATE SET
       first_seen = least(s.first_seen, excluded.first_seen),
       last_seen = greatest(s.last_seen, excluded.last_seen),
       demo = s.demo OR excluded.demo`,
    [
      unseen.map((row) => row.session),
      unseen.map((row) => row.pool),
      unseen.map((row) => timestampText(row.at)),
      unseen.map((row) => row.demo),
    ],
  );
}

/**
 * Reckons sessions anew from their requests and events, for those whose
 * requests were moved; their counters of bounces and losses are left to the
 * settling, which must follow.
 */
export async function recountSessions(client: PoolClient, sessions: string[]): Promise<void> {
  if (sessions.length === 0) return;
  const isSpread = await onCluster(client);
  const words = isSpread ? "" : onOneMachine;
  // One look-up for each session, whatever is known of the key's hashes: else all requests may be read.
  const each = isSpread ? "" : "OFFSET 0";
  await client.query(
    `${words} DELETE FROM sessions s WHERE s.session = ANY ($1::uuid[])
     AND NOT EXISTS (
       SELECT FROM requests r WHERE ${isOfSession("r", "s.session")} AND r.pool = s.pool AND r.tie > 0 ${each})`,
    [sessions],
  );
  const demo = await client.query<{ id: number }>("SELECT id FROM sources WHERE demo");
  await client.query(
    `${words} INSERT INTO sessions AS s (session, pool, first_seen, last_seen, requests, node, nodes, lb, lbs, client, demo)
     SELECT r.session, r.pool, min(r.started_at), max(r.started_at), count(*),
       CASE WHEN min(r.node) = max(r.node) THEN min(r.node) END,
       CASE WHEN min(r.node) < max(r.node) THEN array_agg(DISTINCT r.node ORDER BY r.node) FILTER (WHERE r.node IS NOT NULL) END,
       CASE WHEN min(r.lb) = max(r.lb) THEN min(r.lb) END,
       CASE WHEN min(r.lb) < max(r.lb) THEN array_agg(DISTINCT r.lb ORDER BY r.lb) END,
       (array_agg(r.client ORDER BY r.started_at DESC, r.client DESC) FILTER (WHERE r.client IS NOT NULL))[1],
       bool_or(r.source = ANY ($2::integer[]))
     FROM ${
       isSpread
         ? "requests r WHERE r.session = ANY ($1::uuid[])"
         : `unnest($1::uuid[]) AS w (session) CROSS JOIN LATERAL (
              SELECT q.session, q.pool, q.started_at, q.node, q.lb, q.client, q.source, q.tie
              FROM requests q WHERE ${isOfSession("q", "w.session")} ${each}
            ) r WHERE true`
     }
       AND r.tie > 0
     GROUP BY r.session, r.pool
     ORDER BY r.session, r.pool
     ON CONFLICT (session, pool) DO UPDATE SET
       first_seen = excluded.first_seen,
       last_seen = excluded.last_seen,
       requests = excluded.requests,
       node = excluded.node,
       nodes = excluded.nodes,
       lb = excluded.lb,
       lbs = excluded.lbs,
       client = excluded.client,
       demo = excluded.demo`,
    [sessions, demo.rows.map((row) => row.id)],
  );
  await client.query(
    `INSERT INTO sessions AS s (session, pool, first_seen, last_seen, requests, demo)
     SELECT e.session, e.pool, min(e.at), max(e.at), 0, bool_or(e.demo)
     FROM session_events e
     WHERE e.session = ANY ($1::uuid[])
       AND NOT EXISTS (SELECT FROM sessions o WHERE o.session = e.session AND o.requests > 0)
     GROUP BY e.session, e.pool
     ORDER BY e.session, e.pool
     ON CONFLICT (session, pool) DO UPDATE SET
       first_seen = excluded.first_seen, last_seen = excluded.last_seen, requests = 0, demo = excluded.demo`,
    [sessions],
  );
}

/** Marks sessions whose bounces and losses are to be found again. */
export async function markUnsettled(
  client: PoolClient,
  marks: readonly { session: string; pool: number }[],
): Promise<void> {
  if (marks.length === 0) return;
  await client.query(
    "INSERT INTO unsettled (session, pool) SELECT * FROM unnest($1::uuid[], $2::integer[])",
    [marks.map((mark) => mark.session), marks.map((mark) => mark.pool)],
  );
}

/**
 * Marks the sessions that a query finds; answers how many. The marks lie on the coordinator of a cluster: there what is
 * found is brought over first.
 */
export async function markFound(
  client: PoolClient,
  query: string,
  values: readonly unknown[],
): Promise<number> {
  if (await onCluster(client)) {
    const { rows } = await client.query<{ session: string; pool: number }>(query, [...values]);
    await markUnsettled(client, rows);
    return rows.length;
  }
  const { rowCount } = await client.query(
    `${onOneMachine} INSERT INTO unsettled (session, pool) ${query}`,
    [...values],
  );
  return rowCount ?? 0;
}

/** Marks every session of these pools that was seen on more than one (raw) node: their names may mean others now. */
export async function markPoolsUnsettled(client: PoolClient, pools: number[]): Promise<void> {
  if (pools.length === 0) return;
  await markFound(
    client,
    `SELECT session, pool FROM sessions
     WHERE pool = ANY ($1::integer[]) AND (cardinality(nodes) > 1 OR losses > 0)`,
    [pools],
  );
}

/** Marks a time of a pool whose bounces are to be judged again. */
export async function markUnreviewed(
  client: PoolClient,
  marks: readonly { pool: number; from: EpochMs; to: EpochMs }[],
): Promise<void> {
  if (marks.length === 0) return;
  await client.query(
    "INSERT INTO unreviewed (pool, from_at, to_at) SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])",
    [
      marks.map((mark) => mark.pool),
      marks.map((mark) => timestampText(mark.from)),
      marks.map((mark) => timestampText(mark.to)),
    ],
  );
}

/** Marks sessions of which the app told more, as far as that could bear on a bounce or a loss; answers how many. */
export async function markSpokenOf(client: PoolClient, sessions: string[]): Promise<number> {
  if (sessions.length === 0) return 0;
  return await markFound(
    client,
    `SELECT session, pool FROM sessions
     WHERE session = ANY ($1::uuid[]) AND (cardinality(nodes) > 1 OR bounces > 0 OR losses > 0)`,
    [sessions],
  );
}
