-- What each change did to stickiness. It can be made anew from the facts at any time, and is, while late ones may come in.
CREATE TABLE change_verdicts (
  change uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  judged_at timestamptz NOT NULL,
  -- When it is judged again; null: no more, unless facts come in around it.
  next_at timestamptz,
  told jsonb NOT NULL
);
CREATE INDEX change_verdicts_at ON change_verdicts (at);
