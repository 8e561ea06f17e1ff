-- Sums over longer spans of time beside those of a minute. A span's grain is its length in minutes (1, 15, 60 or
-- 1440), `at` its beginning, counted from 1970 in UTC. Node -1 is all nodes of the pool together.

CREATE TABLE node_spans (
  pool integer NOT NULL,
  node integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  lb integer NOT NULL,
  requests bigint NOT NULL,
  client_errors bigint NOT NULL,
  errors bigint NOT NULL,
  PRIMARY KEY (pool, node, grain, at, lb)
);

-- Latency: how many requests fell into each log-scaled bucket, from the shortest on.
CREATE TABLE latency_spans (
  pool integer NOT NULL,
  node integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  counts integer[] NOT NULL,
  PRIMARY KEY (pool, node, grain, at)
);

-- Two histograms added up, the shorter filled with nothing.
CREATE FUNCTION histogram_sum(a integer[], b integer[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  longer integer[] := a;
  shorter integer[] := b;
BEGIN
  IF cardinality(b) > cardinality(a) THEN
    longer := b;
    shorter := a;
  END IF;
  FOR place IN 1 .. cardinality(shorter) LOOP
    IF shorter[place] <> 0 THEN
      longer[place] := longer[place] + shorter[place];
    END IF;
  END LOOP;
  RETURN longer;
END
$$;

-- Sessions by the time of their first and of their last request, and those of at least two requests among them:
-- whoever was there from `from` to `to` ended after `from` and did not begin after `to`. Pool -1 takes back what is
-- counted too often of sessions that were in several pools.
CREATE TABLE session_spans (
  pool integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  starts bigint NOT NULL,
  ends bigint NOT NULL,
  several_starts bigint NOT NULL,
  several_ends bigint NOT NULL,
  PRIMARY KEY (pool, grain, at)
);

-- Bounces by balancer and cause.
CREATE TABLE bounce_spans (
  pool integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  lb integer NOT NULL,
  cause text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (pool, grain, at, lb, cause)
);

-- Bounces by the node left and the node reached.
CREATE TABLE move_spans (
  pool integer NOT NULL,
  node integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  departures bigint NOT NULL,
  arrivals bigint NOT NULL,
  PRIMARY KEY (pool, node, grain, at)
);

-- What is stored already.
INSERT INTO node_spans
SELECT m.pool, n.node, g.grain, date_bin(make_interval(mins => g.grain), m.minute, timestamptz 'epoch'), m.lb,
  sum(m.requests), sum(m.client_errors), sum(m.errors)
FROM node_minutes m
CROSS JOIN LATERAL (VALUES (m.node), (-1)) AS n (node)
CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
WHERE g.grain > 1 OR n.node = -1
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO latency_spans
SELECT pool, node, grain, at, array_agg(n ORDER BY place)
FROM (
  SELECT t.pool, t.node, t.grain, t.at, p.place, coalesce(c.n, 0)::integer AS n
  FROM (
    SELECT pool, node, grain, at, max(bucket) AS longest FROM (
      SELECT m.pool, n.node, g.grain, date_bin(make_interval(mins => g.grain), m.minute, timestamptz 'epoch') AS at,
        m.bucket
      FROM latency_minutes m
      CROSS JOIN LATERAL (VALUES (m.node), (-1)) AS n (node)
      CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
    ) s GROUP BY 1, 2, 3, 4
  ) t
  CROSS JOIN LATERAL generate_series(1, t.longest + 16) AS p (place)
  LEFT JOIN LATERAL (
    SELECT sum(m.n) AS n FROM latency_minutes m
    WHERE m.pool = t.pool AND (t.node = -1 OR m.node = t.node) AND m.bucket = p.place - 16
      AND m.minute >= t.at AND m.minute < t.at + make_interval(mins => t.grain)
  ) c ON true
) filled
GROUP BY 1, 2, 3, 4;
DROP TABLE latency_minutes;

INSERT INTO session_spans
SELECT pool, grain, date_bin(make_interval(mins => grain), at, timestamptz 'epoch'),
  sum(CASE WHEN ends THEN 0 ELSE n END), sum(CASE WHEN ends THEN n ELSE 0 END),
  sum(CASE WHEN several AND NOT ends THEN n ELSE 0 END), sum(CASE WHEN several AND ends THEN n ELSE 0 END)
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
CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
GROUP BY 1, 2, 3;

INSERT INTO bounce_spans
SELECT pool, grain, date_bin(make_interval(mins => grain), at, timestamptz 'epoch'), lb, cause, count(*)
FROM bounces CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO move_spans
SELECT b.pool, e.node, g.grain, date_bin(make_interval(mins => g.grain), b.at, timestamptz 'epoch'),
  sum(e.departures), sum(e.arrivals)
FROM bounces b
CROSS JOIN LATERAL (VALUES (b.from_node, 1, 0), (b.to_node, 0, 1)) AS e (node, departures, arrivals)
CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
GROUP BY 1, 2, 3, 4;

-- Where very many sessions are affected, those whose hashes come first stand for all.
CREATE INDEX bounces_sixteenth ON bounces (pool, at) WHERE session < '10000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_256th ON bounces (pool, at) WHERE session < '01000000-0000-0000-0000-000000000000';
CREATE INDEX losses_sixteenth ON losses (pool, at) WHERE session < '10000000-0000-0000-0000-000000000000';
CREATE INDEX losses_256th ON losses (pool, at) WHERE session < '01000000-0000-0000-0000-000000000000';

-- The list of sessions begins with the worst: in their own order, without those to which nothing happened.
DROP INDEX sessions_worst;
CREATE INDEX sessions_worst ON sessions (pool, (unexplained + losses) DESC, bounces DESC, last_seen DESC, session DESC)
WHERE unexplained + losses > 0 OR bounces > 0;
CREATE INDEX sessions_lost ON sessions (pool, losses DESC, unexplained DESC, last_seen DESC, session DESC)
WHERE losses > 0;
CREATE INDEX sessions_busy ON sessions (pool, requests DESC, bounces DESC, last_seen DESC, session DESC)
WHERE requests >= 100;
