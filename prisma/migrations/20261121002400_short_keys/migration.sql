-- A key of requests in 16 bytes rather than 32 (lib/store/by-session.ts). Each partition has its own, as a key of all
-- partitions together would have to hold the time itself. A cluster keeps the one that it has.
DO $$
DECLARE
  part record;
  is_spread boolean := false;
BEGIN
  IF to_regclass('pg_dist_partition') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = ''request_rows''::regclass)' INTO is_spread;
  END IF;
  IF is_spread THEN
    RETURN;
  END IF;
  FOR part IN
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'request_rows'::regclass ORDER BY 1
  LOOP
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (uuid_hash_extended(session, 0), interval_hash_extended(started_at - timestamptz ''epoch'', id))',
      part.name || '_key', part.name);
  END LOOP;
  ALTER TABLE request_rows DROP CONSTRAINT request_rows_pkey;
END
$$;

CREATE OR REPLACE VIEW requests AS
SELECT r.session, r.started_at, (lpad(to_hex(r.id), 16, '0') || '0000000000000000')::uuid AS id,
  CASE
    WHEN r.marks & 192 = 0 THEN r.started_at + r.duration::double precision * interval '1 millisecond'
    WHEN r.marks & 128 > 0 THEN
      timestamptz 'epoch' + (r.rest::jsonb ->> 'e')::double precision * interval '1 microsecond'
  END AS ended_at,
  s.pool, s.lb, s.node, s.source, nullif(r.duration, 'NaN'::real) AS duration_ms,
  CASE WHEN starts_with(r.rest, '{') THEN (r.rest::jsonb ->> 'i')::bigint END AS bytes_in,
  CASE r.bytes WHEN -1 THEN NULL WHEN -2 THEN (r.rest::jsonb ->> 'o')::bigint ELSE r.bytes::bigint END AS bytes_out,
  CASE WHEN starts_with(r.rest, '{') THEN (r.rest::jsonb ->> 's')::bigint END AS seq,
  nullif(((r.marks >> 8) & 131071) - 1, -1) AS client_port,
  s.status, s.backend_status, s.retries,
  (r.marks & 3)::smallint AS tie,
  (r.marks & 4) > 0 AS starts,
  (r.marks & 8) > 0 AS start_event,
  CASE WHEN (r.marks & 16) > 0 THEN (r.marks & 32) > 0 END AS has_key,
  s.redispatched, s.upgrade, r.client,
  coalesce(s.method, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'm' END) AS method,
  coalesce(s.host, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'h' END) AS host,
  CASE
    WHEN r.path > 0 THEN split_part(p.value, '?', 1)
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'p'
    WHEN r.rest <> '' THEN split_part(r.rest, '?', 1)
  END AS path,
  CASE
    WHEN r.path > 0 THEN CASE WHEN strpos(p.value, '?') > 0 THEN substr(p.value, strpos(p.value, '?') + 1) END
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'q'
    WHEN strpos(r.rest, '?') > 0 THEN substr(r.rest, strpos(r.rest, '?') + 1)
  END AS query,
  coalesce(s.protocol, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'v' END) AS protocol,
  CASE
    WHEN r.agent > 0 THEN a.value
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'a'
  END AS agent,
  coalesce(s.listener, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'l' END) AS listener,
  coalesce(s.tls_protocol, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'x' END) AS tls_protocol,
  coalesce(s.tls_cipher, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'y' END) AS tls_cipher,
  coalesce(s.presented, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'r' END) AS presented,
  coalesce(s.inserted, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'n' END) AS inserted,
  coalesce(s.persistence_state, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'z' END) AS persistence_state,
  coalesce(s.termination, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'k' END) AS termination,
  CASE WHEN starts_with(r.rest, '{') THEN string_to_array(r.rest::jsonb ->> 'c', U&'\0001') END AS correlations,
  CASE
    WHEN r.marks >> 25 > 0 THEN jsonb_build_array(jsonb_build_object(
      'node', n.name, 'status', s.backend_status, 'durationMs', r.duration - ((r.marks >> 25) - 1)))
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb -> 't'
  END AS attempts,
  -- The id as it is stored, by which the key finds it.
  r.id AS row_id
-- Outer joins, so that a question that asks nothing of them leaves them out.
FROM request_rows r
LEFT JOIN shapes s ON s.id = r.shape
LEFT JOIN nodes n ON n.id = s.node
LEFT JOIN texts p ON p.id = r.path
LEFT JOIN texts a ON a.id = r.agent;
