-- Bounces are counted by cause, node and balancer from this index alone, without their table; it takes the place of the
-- one of unexplained ones.
DROP INDEX bounces_at;
DROP INDEX bounces_unexplained;
DROP INDEX bounces_quarter;
DROP INDEX bounces_32nd;
DROP INDEX bounces_256th;
CREATE INDEX bounces_at ON bounces (pool, at)
INCLUDE (session, lb, class, cause, from_node, to_node, is_return);
-- The same of those sessions whose hashes come first: where there are very many, they stand for all.
CREATE INDEX bounces_quarter ON bounces (pool, at)
INCLUDE (session, lb, class, cause, from_node, to_node, is_return)
WHERE session < '40000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_32nd ON bounces (pool, at)
INCLUDE (session, lb, class, cause, from_node, to_node, is_return)
WHERE session < '08000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_256th ON bounces (pool, at)
INCLUDE (session, lb, class, cause, from_node, to_node, is_return)
WHERE session < '01000000-0000-0000-0000-000000000000';

-- Sessions of one balancer are counted among those whose hashes come first, where there are very many.
CREATE INDEX sessions_32nd ON sessions (pool, last_seen) INCLUDE (session, first_seen, requests, lbs)
WHERE session < '08000000-0000-0000-0000-000000000000';
CREATE INDEX sessions_1024th ON sessions (pool, last_seen) INCLUDE (session, first_seen, requests, lbs)
WHERE session < '00400000-0000-0000-0000-000000000000';
