-- Where correlation IDs are found: an index of them alone takes some 40 bytes an entry, the key of all three columns took 75.
-- That no request stands here twice follows from the key of requests. (An index of hashes is a little smaller yet, but each
-- entry of an ID that all requests carry would walk past all those before it.)
ALTER TABLE request_correlations DROP CONSTRAINT request_correlations_pkey;
CREATE INDEX request_correlations_correlation ON request_correlations (correlation);
