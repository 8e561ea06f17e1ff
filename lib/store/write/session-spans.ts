import type { PoolClient } from "pg";
import { onCluster, onOneMachine } from "../on-cluster";
import type { Queryable } from "../query";
import { onlyNode } from "../session-places";
import type { SessionGains } from "./session-gains";

/** Adds what `minutes` holds of each pool and minute to the sums, in spans of every grain. */
export const addMinutes = `
  INSERT INTO session_spans AS t (pool, grain, at, starts, ends, several_starts, several_ends)
  SELECT m.pool, g.grain, date_bin(make_interval(mins => g.grain), m.at, timestamptz 'epoch'),
    sum(m.starts), sum(m.ends), sum(m.several_starts), sum(m.several_ends)
  FROM minutes m CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
  GROUP BY 1, 2, 3
  HAVING (sum(m.starts), sum(m.ends), sum(m.several_starts), sum(m.several_ends)) <> (0, 0, 0, 0)
  ORDER BY 1, 2, 3
  ON CONFLICT (pool, grain, at) DO UPDATE SET
    starts = t.starts + excluded.starts,
    ends = t.ends + excluded.ends,
    several_starts = t.several_starts + excluded.several_starts,
    several_ends = t.several_ends + excluded.several_ends`;

/** Adds what `on_nodes` holds of each node and minute to the sums of sessions that were seen on one node alone. */
export const addOnNodes = `
  INSERT INTO node_session_spans AS t (pool, node, grain, at, starts, ends)
  SELECT m.pool, m.node, g.grain, date_bin(make_interval(mins => g.grain), m.at, timestamptz 'epoch'),
    sum(m.starts), sum(m.ends)
  FROM on_nodes m CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
  GROUP BY 1, 2, 3, 4
  HAVING (sum(m.starts), sum(m.ends)) <> (0, 0)
  ORDER BY 1, 2, 3, 4
  ON CONFLICT (pool, node, grain, at) DO UPDATE SET
    starts = t.starts + excluded.starts, ends = t.ends + excluded.ends`;

const countOnNodes = `
  WITH known AS MATERIALIZED (
    SELECT s.pool, ${onlyNode("s")} AS node, s.first_seen, s.last_seen
    FROM unnest($2::uuid[]) AS w (session) JOIN sessions s ON s.session = w.session
    WHERE ${onlyNode("s")} IS NOT NULL
  ),
  on_nodes AS (
    SELECT pool, node, date_bin('1 minute', first_seen, timestamptz 'epoch') AS at, $1::integer AS starts, 0 AS ends
    FROM known
    UNION ALL
    SELECT pool, node, date_bin('1 minute', last_seen, timestamptz 'epoch'), 0, $1::integer FROM known
  )
  ${addOnNodes}`;

/**
 * What some sessions are counted as: each by its first and its last request,
 * in the pools it was in; and, where it was in several, once over all pools,
 * with what those count of it taken back (pool -1).
 */
const count = `
  WITH known AS (
    SELECT s.session, s.pool, s.first_seen, s.last_seen, s.requests,
      count(*) OVER (PARTITION BY s.session) > 1 AS shared
    FROM unnest($2::uuid[]) AS w (session) JOIN sessions s ON s.session = w.session
  ),
  told AS (
    SELECT pool, first_seen, last_seen, requests >= 2 AS several, 1 AS n FROM known
    UNION ALL
    SELECT -1, first_seen, last_seen, requests >= 2, -1 FROM known WHERE shared
    UNION ALL
    SELECT -1, min(first_seen), max(last_seen), sum(requests) >= 2, 1 FROM known WHERE shared GROUP BY session
  ),
  minutes AS (
    SELECT t.pool, date_bin('1 minute', e.at, timestamptz 'epoch') AS at,
      $1::integer * sum(CASE WHEN e.ends THEN 0 ELSE t.n END) AS starts,
      $1::integer * sum(CASE WHEN e.ends THEN t.n ELSE 0 END) AS ends,
      $1::integer * sum(CASE WHEN t.several AND NOT e.ends THEN t.n ELSE 0 END) AS several_starts,
      $1::integer * sum(CASE WHEN t.several AND e.ends THEN t.n ELSE 0 END) AS several_ends
    FROM told t CROSS JOIN LATERAL (VALUES (false, t.first_seen), (true, t.last_seen)) AS e (ends, at)
    GROUP BY 1, 2
  )
  ${addMinutes}`;

/** Counts these sessions as they stand now: `1` puts them into the sums, `-1` takes them out before they change. */
export async function countSessions(
  client: Queryable,
  sessions: readonly string[],
  sign: 1 | -1,
): Promise<void> {
  if (sessions.length === 0) return;
  await client.query(count, [sign, sessions]);
  await client.query(countOnNodes, [sign, sessions]);
}

/**
 * Of sessions that gain something, those that are to be counted before and
 * after: `all` where the server cannot tell a row as it was (PostgreSQL 17 and
 * older, clusters); else those that are in several pools, or are to be.
 */
export async function countedApart(
  client: PoolClient,
  gains: SessionGains,
): Promise<"all" | string[]> {
  if (await onCluster(client)) return "all";
  const { rows } = await client.query<{ tells: boolean; pools: number[] }>(
    `${onOneMachine} SELECT current_setting('server_version_num')::integer >= 180000 AS tells,
       ARRAY(SELECT DISTINCT pool FROM session_spans WHERE grain = 1440 AND pool >= 0) AS pools`,
  );
  if (rows[0]?.tells !== true) return "all";
  const pools = new Set(rows[0].pools);
  for (const pool of gains.pooled()) pools.add(pool);
  if (pools.size < 2) return [];
  const seen = new Map<string, number>();
  const apart = new Set<string>();
  for (const { session, pool } of gains.list())
    if ((seen.get(session) ?? pool) !== pool) apart.add(session);
    else seen.set(session, pool);
  const elsewhere = await client.query<{ session: string }>(
    `SELECT DISTINCT w.session
     FROM (SELECT * FROM unnest($1::uuid[], $2::integer[]) AS w (session, pool)) w
     JOIN sessions s ON s.session = w.session AND s.pool <> w.pool`,
    [[...seen.keys()], [...seen.values()]],
  );
  for (const { session } of elsewhere.rows) apart.add(session);
  return [...apart];
}
