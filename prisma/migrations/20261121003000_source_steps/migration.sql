-- What each source sent, by steps of 15 s of log time: where it paused, and where its lines could not be read.
CREATE TABLE source_steps (
  source integer NOT NULL,
  at timestamptz NOT NULL,
  lines integer NOT NULL,
  rejected integer NOT NULL,
  -- The first and the last line that was read; null: none was.
  first_at timestamptz,
  last_at timestamptz,
  -- How far the other sources had come when a delivery ended in this step.
  others_at timestamptz,
  -- How far they had come since the delivery before, at most, and how far back a delivery reached, in ms.
  others_by integer NOT NULL,
  behind_by integer NOT NULL,
  PRIMARY KEY (source, at)
);
