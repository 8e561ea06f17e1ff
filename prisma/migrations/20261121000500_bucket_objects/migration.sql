-- Files of buckets that were taken in: each is taken once, also after a restart.
CREATE TABLE bucket_objects (
  bucket text NOT NULL,
  key text NOT NULL,
  -- Changes when the file does.
  etag text NOT NULL,
  modified_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, key)
);
