-- Finer steps between the shares of sessions that may stand for all: a quarter, a 32nd and a 256th.
DROP INDEX bounces_sixteenth;
DROP INDEX losses_sixteenth;
CREATE INDEX bounces_quarter ON bounces (pool, at) WHERE session < '40000000-0000-0000-0000-000000000000';
CREATE INDEX bounces_32nd ON bounces (pool, at) WHERE session < '08000000-0000-0000-0000-000000000000';
CREATE INDEX losses_quarter ON losses (pool, at) WHERE session < '40000000-0000-0000-0000-000000000000';
CREATE INDEX losses_32nd ON losses (pool, at) WHERE session < '08000000-0000-0000-0000-000000000000';
