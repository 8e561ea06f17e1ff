import type { Queryable } from "../query";

/**
 * What some sessions are counted as: each by its first and its last request,
 * in the pools it was in; and, where it was in several, once over all pools,
 * with what those count of it taken back (pool -1).
 */
const told = (sessions: string) => `
  known AS (
    SELECT s.session, s.pool, s.first_seen, s.last_seen, s.requests,
      count(*) OVER (PARTITION BY s.session) > 1 AS shared
    FROM ${sessions}
  ),
  told AS (
    SELECT pool, first_seen, last_seen, requests >= 2 AS several, 1 AS n FROM known
    UNION ALL
    SELECT -1, first_seen, last_seen, requests >= 2, -1 FROM known WHERE shared
    UNION ALL
    SELECT -1, min(first_seen), max(last_seen), sum(requests) >= 2, 1 FROM known WHERE shared GROUP BY session
  ),
  minutes AS (
    SELECT t.pool, date_trunc('minute', e.at) AS at,
      sum(t.n) FILTER (WHERE NOT e.ends) AS starts, sum(t.n) FILTER (WHERE e.ends) AS ends,
      sum(t.n) FILTER (WHERE NOT e.ends AND t.several) AS several_starts,
      sum(t.n) FILTER (WHERE e.ends AND t.several) AS several_ends
    FROM told t CROSS JOIN LATERAL (VALUES (false, t.first_seen), (true, t.last_seen)) AS e (ends, at)
    GROUP BY 1, 2
  )
  INSERT INTO session_spans AS t (pool, grain, at, starts, ends, several_starts, several_ends)
  SELECT m.pool, g.grain, date_bin(make_interval(mins => g.grain), m.at, timestamptz 'epoch'),
    $1 * coalesce(sum(m.starts), 0), $1 * coalesce(sum(m.ends), 0),
    $1 * coalesce(sum(m.several_starts), 0), $1 * coalesce(sum(m.several_ends), 0)
  FROM minutes m CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (pool, grain, at) DO UPDATE SET
    starts = t.starts + excluded.starts,
    ends = t.ends + excluded.ends,
    several_starts = t.several_starts + excluded.several_starts,
    several_ends = t.several_ends + excluded.several_ends`;

/** Counts these sessions as they stand now: `1` puts them into the sums, `-1` takes them out before they change. */
export async function countSessions(
  client: Queryable,
  sessions: readonly string[],
  sign: 1 | -1,
): Promise<void> {
  if (sessions.length === 0) return;
  await client.query(
    `WITH ${told("unnest($2::uuid[]) AS w (session) JOIN sessions s ON s.session = w.session")}`,
    [sign, sessions],
  );
}
