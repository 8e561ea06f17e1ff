-- Weekly reviews that were told to a channel: each week once, waiting, sent or given up; kept as a log.
CREATE TABLE review_deliveries (
  week text PRIMARY KEY,
  channel text NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  answer text,
  payload jsonb NOT NULL
);
CREATE INDEX review_deliveries_waiting ON review_deliveries (next_at) WHERE state = 'waiting';
