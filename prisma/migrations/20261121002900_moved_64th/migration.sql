-- One in 64 of the sessions that moved: how many there are is told by these, where there are very many, and the heatmap
-- follows some of them.
CREATE INDEX sessions_moved_64th ON sessions (pool, last_step) INCLUDE (session)
WHERE cardinality(nodes) > 1 AND session < '04000000-0000-0000-0000-000000000000';
