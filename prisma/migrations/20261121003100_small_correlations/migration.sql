-- Where correlation IDs are found: an index of hashes takes 36 bytes an entry, the key of all three columns took 75. That no
-- request stands here twice follows from the key of requests.
ALTER TABLE request_correlations DROP CONSTRAINT request_correlations_pkey;
CREATE INDEX request_correlations_correlation ON request_correlations USING hash (correlation);
