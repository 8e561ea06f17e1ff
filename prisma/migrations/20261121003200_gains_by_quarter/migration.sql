-- Which quarter of all sessions a row's gains are of (0 to 3, the first two bits of a session's id), so that a quarter can
-- be taken without touching the others. An earlier version's rows are of all quarters, and have none.
ALTER TABLE session_gains ADD COLUMN quarter smallint;
