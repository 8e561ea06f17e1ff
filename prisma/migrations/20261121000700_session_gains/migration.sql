-- What batches brought to sessions and is not yet added to them: under a stream of batches a session's row is changed
-- once for many of them. Each row is one batch's gains, packed (lib/store/write/session-journal.ts).
CREATE TABLE session_gains (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gains bytea NOT NULL
);
-- Packed already: compressing it would cost more than it saves.
ALTER TABLE session_gains ALTER COLUMN gains SET STORAGE EXTERNAL;
