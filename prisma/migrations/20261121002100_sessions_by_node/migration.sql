-- Sessions that were seen on one node alone, by the time of their first and of their last request: the heatmap of
-- sessions takes them from here. Grain and time as in the other sums.
CREATE TABLE node_session_spans (
  pool integer NOT NULL,
  node integer NOT NULL,
  grain smallint NOT NULL,
  at timestamptz NOT NULL,
  starts bigint NOT NULL,
  ends bigint NOT NULL,
  PRIMARY KEY (pool, node, grain, at)
);
WITH known AS MATERIALIZED (
  SELECT pool, nodes[1] AS node, first_seen, last_seen FROM sessions WHERE cardinality(nodes) = 1
)
INSERT INTO node_session_spans (pool, node, grain, at, starts, ends)
SELECT e.pool, e.node, g.grain, date_bin(make_interval(mins => g.grain), e.at, timestamptz 'epoch'),
  sum(e.starts), sum(e.ends)
FROM (
  SELECT pool, node, first_seen AS at, 1 AS starts, 0 AS ends FROM known
  UNION ALL
  SELECT pool, node, last_seen, 0, 1 FROM known
) e
CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
GROUP BY 1, 2, 3, 4;

-- Those of several nodes are read one by one.
CREATE INDEX sessions_moved ON sessions (pool, last_seen) INCLUDE (session) WHERE cardinality(nodes) > 1;
