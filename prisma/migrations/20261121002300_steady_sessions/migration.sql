-- A session's row changes with nearly every request. Where no index holds what changed, PostgreSQL writes the new row
-- into the old one's page and leaves the indexes alone; else each change leaves an entry behind in every one of them. So
-- they hold the quarter of an hour in which a session was last seen (`last_step`), and roughly how many requests it has
-- (`weight`: -1 none, 0 one, 1 less than 100, then by the logarithm, in steps of 8 %), which seldom change.
ALTER TABLE sessions SET (fillfactor = 85);
ALTER TABLE sessions
  ADD COLUMN last_step timestamptz
    GENERATED ALWAYS AS (date_bin('15 minutes', last_seen, timestamptz 'epoch')) STORED,
  ADD COLUMN weight smallint
    GENERATED ALWAYS AS (CASE WHEN requests = 0 THEN -1 WHEN requests = 1 THEN 0 WHEN requests < 100 THEN 1
      ELSE 2 + floor(12 * ln(requests::double precision / 100)) END) STORED;

DROP INDEX sessions_unseen;
CREATE INDEX sessions_unseen ON sessions (session) WHERE weight = -1;
DROP INDEX sessions_recent;
CREATE INDEX sessions_recent ON sessions (pool, last_step);
DROP INDEX sessions_worst;
CREATE INDEX sessions_worst ON sessions (pool, (unexplained + losses) DESC, bounces DESC, last_step DESC)
WHERE unexplained + losses > 0 OR bounces > 0;
DROP INDEX sessions_lost;
CREATE INDEX sessions_lost ON sessions (pool, losses DESC, unexplained DESC, last_step DESC)
WHERE losses > 0;
DROP INDEX sessions_busy;
CREATE INDEX sessions_busy ON sessions (pool, weight DESC) WHERE weight > 1;
DROP INDEX sessions_moved;
CREATE INDEX sessions_moved ON sessions (pool, last_step) INCLUDE (session) WHERE cardinality(nodes) > 1;
DROP INDEX sessions_32nd;
CREATE INDEX sessions_32nd ON sessions (pool, last_step) WHERE session < '08000000-0000-0000-0000-000000000000';
DROP INDEX sessions_1024th;
CREATE INDEX sessions_1024th ON sessions (pool, last_step) WHERE session < '00400000-0000-0000-0000-000000000000';
