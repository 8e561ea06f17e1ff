-- When facts of a day were last written: old logs that were taken in lately are kept as long as fresh ones.
CREATE TABLE fact_days (
  day date PRIMARY KEY,
  written timestamptz NOT NULL
);
