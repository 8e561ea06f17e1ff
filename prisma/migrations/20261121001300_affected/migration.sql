-- Affected sessions are counted from these alone, without their tables.
DROP INDEX bounces_quarter;
DROP INDEX bounces_32nd;
DROP INDEX bounces_256th;
DROP INDEX losses_quarter;
DROP INDEX losses_32nd;
DROP INDEX losses_256th;
CREATE INDEX bounces_unexplained ON bounces (pool, at) INCLUDE (session, lb)
WHERE class <> 'infrastructure';
CREATE INDEX bounces_quarter ON bounces (pool, at) INCLUDE (session, lb)
WHERE class <> 'infrastructure' AND session < '40000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_32nd ON bounces (pool, at) INCLUDE (session, lb)
WHERE class <> 'infrastructure' AND session < '08000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_256th ON bounces (pool, at) INCLUDE (session, lb)
WHERE class <> 'infrastructure' AND session < '01000000-0000-0000-0000-000000000000';
CREATE INDEX losses_quarter ON losses (pool, at) INCLUDE (session)
WHERE session < '40000000-0000-0000-0000-000000000000';
CREATE INDEX losses_32nd ON losses (pool, at) INCLUDE (session)
WHERE session < '08000000-0000-0000-0000-000000000000';
CREATE INDEX losses_256th ON losses (pool, at) INCLUDE (session)
WHERE session < '01000000-0000-0000-0000-000000000000';
