import { onlyNode } from "../session-places";
import { gathered } from "./gathered";

/**
 * What the sums must say, reckoned from the facts and results themselves in one
 * statement each: for tests that compare, and to fill a database by hand.
 */

const spans = "CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)";
const start = (at: string) =>
  `date_bin(make_interval(mins => g.grain), ${at}, timestamptz 'epoch') AS at`;

/** The bucket of a stored duration, as `latencyBucket` has it. */
const bucket = "floor(ln(greatest(r.duration_ms::float8, 0.5)) / ln(1.05::float8))::integer";

const nodes = (table: string) =>
  `${table} r CROSS JOIN LATERAL (VALUES (r.node), (-1)) AS n (node) ${spans}`;

/** By table: its rows without those that count nothing. */
export const counted: Record<string, string> = {
  node_spans: `
    SELECT r.pool, n.node, g.grain, ${start("r.minute")}, r.lb, sum(r.requests) AS requests,
      sum(r.client_errors) AS client_errors, sum(r.errors) AS errors
    FROM ${nodes(`(
      SELECT pool, coalesce(node, 0) AS node, date_trunc('minute', started_at) AS minute, lb, count(*) AS requests,
        count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS client_errors,
        count(*) FILTER (WHERE status >= 500 OR status < 0) AS errors
      FROM requests WHERE NOT starts GROUP BY 1, 2, 3, 4
    )`)}
    WHERE g.grain > 1 OR n.node = -1
    GROUP BY 1, 2, 3, 4, 5`,
  latency_spans: `
    SELECT t.pool, t.node, t.grain, t.at, ('[' || min(p.place) || ':' || max(p.place) || ']='
      || array_agg(coalesce(c.n, 0)::integer ORDER BY p.place)::text)::integer[] AS counts
    FROM (
      SELECT pool, node, grain, at, min(bucket) AS shortest, max(bucket) AS longest, array_agg(bucket) AS buckets, array_agg(n) AS ns
      FROM (
        SELECT r.pool, n.node, g.grain, ${start("r.minute")}, r.bucket, sum(r.n) AS n
        FROM ${nodes(`(
          SELECT pool, coalesce(node, 0) AS node, date_trunc('minute', started_at) AS minute,
            ${bucket} AS bucket, count(*) AS n
          FROM requests r WHERE NOT starts AND duration_ms IS NOT NULL GROUP BY 1, 2, 3, 4
        )`)}
        GROUP BY 1, 2, 3, 4, 5
      ) b GROUP BY 1, 2, 3, 4
    ) t
    CROSS JOIN LATERAL generate_series(t.shortest + 16, t.longest + 16) AS p (place)
    LEFT JOIN LATERAL unnest(t.buckets, t.ns) AS c (bucket, n) ON c.bucket = p.place - 16
    GROUP BY 1, 2, 3, 4`,
  session_spans: `
    SELECT * FROM (
      SELECT pool, g.grain, ${start("told.at")},
        sum(CASE WHEN ends THEN 0 ELSE n END) AS starts, sum(CASE WHEN ends THEN n ELSE 0 END) AS ends,
        sum(CASE WHEN several AND NOT ends THEN n ELSE 0 END) AS several_starts,
        sum(CASE WHEN several AND ends THEN n ELSE 0 END) AS several_ends
      FROM (
        SELECT c.pool, c.n, c.several, e.ends, e.at FROM (
          SELECT pool, first_seen, last_seen, requests >= 2 AS several, 1 AS n FROM sessions
          UNION ALL
          SELECT -1, min(first_seen), max(last_seen), sum(requests) >= 2, 1 FROM sessions
          GROUP BY session HAVING count(*) > 1
          UNION ALL
          SELECT -1, first_seen, last_seen, requests >= 2, -1 FROM sessions
          WHERE session IN (SELECT session FROM sessions GROUP BY session HAVING count(*) > 1)
        ) c
        CROSS JOIN LATERAL (VALUES (false, c.first_seen), (true, c.last_seen)) AS e (ends, at)
      ) told
      ${spans}
      GROUP BY 1, 2, 3
    ) sums WHERE (starts, ends, several_starts, several_ends) <> (0, 0, 0, 0)`,
  node_session_spans: `
    SELECT s.pool, ${onlyNode("s")} AS node, g.grain, ${start("e.at")},
      sum(CASE WHEN e.ends THEN 0 ELSE 1 END) AS starts, sum(CASE WHEN e.ends THEN 1 ELSE 0 END) AS ends
    FROM sessions s
    CROSS JOIN LATERAL (VALUES (false, s.first_seen), (true, s.last_seen)) AS e (ends, at)
    ${spans}
    WHERE ${onlyNode("s")} IS NOT NULL
    GROUP BY 1, 2, 3, 4`,
  bounce_spans: `
    SELECT b.pool, g.grain, ${start("b.at")}, b.lb, b.cause, count(*) AS n
    FROM bounces b ${spans} GROUP BY 1, 2, 3, 4, 5`,
  move_spans: `
    SELECT b.pool, e.node, g.grain, ${start("b.at")}, sum(e.departures) AS departures, sum(e.arrivals) AS arrivals
    FROM bounces b
    CROSS JOIN LATERAL (VALUES (b.from_node, 1, 0), (b.to_node, 0, 1)) AS e (node, departures, arrivals)
    ${spans} GROUP BY 1, 2, 3, 4`,
};

const meaningful: Record<string, string> = {
  session_spans: "WHERE (starts, ends, several_starts, several_ends) <> (0, 0, 0, 0)",
  node_session_spans: "WHERE (starts, ends) <> (0, 0)",
  bounce_spans: "WHERE n <> 0",
  move_spans: "WHERE (departures, arrivals) <> (0, 0)",
};

/** A histogram is the same whether noughts stand before its first count or not. */
const compared: Record<string, string> = {
  latency_spans: `pool, node, grain, at, (SELECT string_agg(place || ':' || counts[place], ' ' ORDER BY place)
    FROM generate_subscripts(counts, 1) AS place WHERE counts[place] <> 0) AS counts`,
};

/** A statement that answers the rows of a table of sums which do not say what the facts do. */
export function miscounted(table: string): string {
  const columns = compared[table] ?? "*";
  const is = `SELECT ${columns} FROM ${table} ${meaningful[table] ?? ""}`;
  const should = `SELECT ${columns} FROM (${counted[table] ?? ""}) told`;
  return gathered(`
    SELECT 'is' AS side, x.* FROM ((${is}) EXCEPT (${should})) x
    UNION ALL
    SELECT 'should be', x.* FROM ((${should}) EXCEPT (${is})) x`);
}
