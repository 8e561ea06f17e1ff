import { beforeAll, describe, expect, it } from "vitest";
import { brokenRules, loadParser } from "./rules";

/** Each as a real Citus or its own regression tests answer it. */
const refused: [rule: RegExp, sql: string][] = [
  [/not on their keys/, "SELECT count(*) FROM requests a JOIN requests b ON b.id = a.id"],
  [
    /not on their keys/,
    "SELECT count(*) FROM sessions s JOIN request_correlations c ON c.session = s.session",
  ],
  [
    /LATERAL subquery with LIMIT/,
    `SELECT * FROM unnest($1::int[]) AS k (pool)
     CROSS JOIN LATERAL (SELECT * FROM sessions s WHERE s.pool = k.pool ORDER BY s.last_seen LIMIT 1) s`,
  ],
  [
    /for each row of a distributed table, with LIMIT/,
    "SELECT * FROM bounces b WHERE (SELECT true FROM losses l WHERE l.session = b.session LIMIT 1) IS NOT NULL",
  ],
  [
    /for each row of a distributed table, with a sum/,
    "SELECT * FROM bounces b WHERE (SELECT count(*) FROM losses l WHERE l.session = b.session) > 1",
  ],
  [/GROUPING SETS/, "SELECT pool, lb, count(*) FROM bounces GROUP BY GROUPING SETS ((pool), (lb))"],
  [/FOR UPDATE/, "SELECT * FROM sessions WHERE pool = $1 FOR UPDATE"],
  [
    /keeps rows that every shard has/,
    "SELECT * FROM pools p LEFT JOIN sessions s ON s.pool = p.id",
  ],
  [
    /every shard has/,
    "SELECT w.s FROM unnest($1::uuid[]) AS w (s) WHERE NOT EXISTS (SELECT FROM sessions o WHERE o.session = w.s)",
  ],
  [/of the coordinator beside/, "SELECT * FROM requests r JOIN sources s ON s.id = r.source"],
  [
    /several columns/,
    "SELECT * FROM unnest($1::uuid[], $2::int[]) AS w (session, pool) JOIN sessions s ON s.session = w.session",
  ],
  [
    /made of a distributed table's rows/,
    "SELECT e.node FROM bounces b CROSS JOIN LATERAL (VALUES (b.from_node), (b.to_node)) AS e (node)",
  ],
  [/in the list of columns/, "SELECT EXISTS (SELECT FROM sessions WHERE requests = 0)"],
  [
    /subquery in DO UPDATE/,
    "INSERT INTO sessions AS s (session, nodes) VALUES ($1, $2) ON CONFLICT (session, pool) DO UPDATE SET nodes = ARRAY(SELECT 1)",
  ],
  [
    /must be IMMUTABLE/,
    "INSERT INTO sessions (session) VALUES ($1) ON CONFLICT (session, pool) DO UPDATE SET last_seen = now()",
  ],
  [/without session/, "INSERT INTO losses (pool) SELECT 1"],
  [/UPDATE of session/, "UPDATE request_rows SET session = $1 WHERE id = $2"],
  [/ctid/, "DELETE FROM bounces WHERE ctid IN (SELECT ctid FROM bounces LIMIT 10)"],
  [
    /not distributed, by rows/,
    "DELETE FROM snapshots WHERE session IN (SELECT session FROM sessions)",
  ],
  [
    /without columns/,
    "SELECT count(*) AS n FROM (SELECT FROM sessions s WHERE s.pool = $1 LIMIT $2) found",
  ],
  [/without columns/, "SELECT * FROM bounces b WHERE EXISTS (SELECT FROM sources WHERE demo)"],
  [
    /numbered by themselves/,
    `INSERT INTO pools (name) SELECT w.name FROM unnest($1::text[]) AS w (name)
     WHERE NOT EXISTS (SELECT FROM pools o WHERE o.name = w.name) ON CONFLICT (name) DO NOTHING`,
  ],
  [
    /numbered by themselves/,
    "INSERT INTO unsettled (session, pool) SELECT session, pool FROM sessions WHERE bounces > 0",
  ],
  [
    /along with other statements/,
    "ALTER TABLE sessions ADD COLUMN x integer; CREATE INDEX s ON unsettled (pool)",
  ],
  [/a whole row of r/, "SELECT string_agg(r::text, ' ') AS all FROM requests r"],
  [/in a modification/, "DELETE FROM sessions WHERE date_trunc('day', last_seen) = $1"],
  [
    /jsonb_build_object\(\) of a column in a modification/,
    "UPDATE request_rows SET rest = CASE WHEN rest = '' THEN jsonb_build_object('p', rest)::text ELSE rest END",
  ],
];

const taken = [
  "SELECT * FROM request_rows_20261121 r JOIN session_events e ON e.session = r.session",
  "SELECT pool, count(DISTINCT session) FROM bounces GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
  "SELECT * FROM sessions s WHERE EXISTS (SELECT FROM bounces b WHERE b.session = s.session AND b.cause = $1)",
  "SELECT * FROM sessions s WHERE s.session IN (SELECT session FROM losses OFFSET 0)",
  `SELECT * FROM (SELECT * FROM unnest($1::uuid[], $2::int[]) AS w (session, pool)) w
   JOIN sessions s ON s.session = w.session AND s.pool = w.pool`,
  `WITH told AS MATERIALIZED (SELECT pool, session FROM losses)
   SELECT pool, session, count(*) FROM told GROUP BY GROUPING SETS ((pool), (session))`,
  `SELECT * FROM (SELECT s.*, row_number() OVER (PARTITION BY session ORDER BY at) AS nth FROM bounces s) b
   WHERE nth = 1`,
  `(SELECT session FROM sessions WHERE pool = 1 ORDER BY last_seen LIMIT 5)
   UNION ALL (SELECT session FROM sessions WHERE pool = 2 ORDER BY last_seen LIMIT 5)`,
  "SELECT * FROM requests r WHERE r.session = $1 AND r.id = (SELECT b.id FROM bounces b WHERE b.session = $1 LIMIT 1)",
  `UPDATE sessions s SET bounces = w.n FROM (SELECT * FROM unnest($1::uuid[], $2::int[]) AS w (session, n)) w
   WHERE s.session = w.session`,
  "DELETE FROM request_rows WHERE shape IN (SELECT id FROM sources WHERE demo)",
  "INSERT INTO pools (name) SELECT w.name FROM unnest($1::text[]) AS w (name) ON CONFLICT (name) DO NOTHING",
  "INSERT INTO alert_clocks (pool, dirty_from) SELECT p.id, $2 FROM pools p WHERE p.name = $1",
  "SELECT FROM unsettled WHERE EXISTS (SELECT FROM unreviewed)",
  "SELECT * FROM sessions s WHERE EXISTS (SELECT FROM losses l WHERE l.session = s.session)",
  "SELECT * FROM node_pairs p JOIN nodes n ON n.id = p.lb_node",
];

beforeAll(loadParser);

describe("the rules of a Citus cluster", () => {
  it.each(refused)("refuse: %s", (rule, sql) => {
    expect(brokenRules(sql).join("; ")).toMatch(rule);
  });

  it.each(taken)("take: %s", (sql) => {
    expect(brokenRules(sql)).toEqual([]);
  });
});
