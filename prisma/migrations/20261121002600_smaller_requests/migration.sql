-- Requests in 84 bytes rather than 92, and a key of 20 bytes an entry rather than 28.
--
-- marks: bits 6 and 7 both: the end is start and duration, and bits 8 to 24 are the agent's id, not the client's port;
--   31, the sign: another request of the session has its place in the key (lib/store/by-session.ts).
-- path: 16 bits of the id, the rest of the ids stay unused. client: the 4 or 16 bytes of the address, none: not known.
-- rest: in JSON u is the agent's id; else the id may stand before the path, between @ and a space.

-- A path whose id has more than 16 bits goes back into its rows.
UPDATE request_rows r SET path = 0,
  rest = CASE WHEN r.rest = '' AND NOT starts_with(t.value, '@') THEN t.value
    ELSE (CASE WHEN r.rest = '' THEN '{}' ELSE r.rest END::jsonb || jsonb_strip_nulls(jsonb_object(ARRAY[
      'p', split_part(t.value, '?', 1),
      'q', CASE WHEN strpos(t.value, '?') > 0 THEN substr(t.value, strpos(t.value, '?') + 1) END])))::text END
FROM texts t WHERE t.id = r.path AND r.path > 65535;

DROP VIEW requests;

-- Each partition has a key of its own; a cluster keeps the one that all of them have together.
DO $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT i.indexrelid::regclass AS name FROM pg_inherits p JOIN pg_index i ON i.indrelid = p.inhrelid
    WHERE p.inhparent = 'request_rows'::regclass AND i.indisunique AND NOT i.indisprimary
  LOOP
    EXECUTE format('DROP INDEX %s', part.name);
  END LOOP;
END
$$;

-- Rows in place are written anew, once: partitions of before keep the agent's four bytes, new ones have none.
ALTER TABLE request_rows
  ALTER COLUMN marks TYPE integer USING CASE
    WHEN agent > 0 AND marks & 33554368 = 0 THEN marks | 192 | (agent << 8)
    ELSE marks END,
  ALTER COLUMN path TYPE smallint USING CASE WHEN path > 32767 THEN path - 65536 ELSE path END,
  ALTER COLUMN client TYPE bytea USING coalesce(substr(inet_send(client), 5), ''),
  ALTER COLUMN client SET NOT NULL,
  ALTER COLUMN rest TYPE text USING CASE
    WHEN starts_with(rest, '@') THEN (jsonb_strip_nulls(jsonb_build_object(
      'p', split_part(rest, '?', 1), 'q', CASE WHEN strpos(rest, '?') > 0 THEN substr(rest, strpos(rest, '?') + 1) END,
      'u', CASE WHEN agent > 0 AND marks & 33554368 > 0 THEN agent END)))::text
    WHEN agent = 0 OR marks & 33554368 = 0 THEN rest
    WHEN starts_with(rest, '{') THEN (rest::jsonb || jsonb_build_object('u', agent))::text
    ELSE '@' || agent || ' ' || rest END;
ALTER TABLE request_rows DROP COLUMN agent;

DO $$
DECLARE
  part record;
BEGIN
  -- A cluster's key is the primary one.
  IF EXISTS (SELECT FROM pg_index WHERE indrelid = 'request_rows'::regclass AND indisprimary) THEN
    RETURN;
  END IF;
  FOR part IN
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'request_rows'::regclass ORDER BY 1
  LOOP
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (uuid_hash(session), hashint8(id # (marks >> 31)))',
      part.name || '_key', part.name);
  END LOOP;
END
$$;

CREATE VIEW requests AS
SELECT r.session, r.started_at, (lpad(to_hex(r.id), 16, '0') || '0000000000000000')::uuid AS id,
  CASE
    WHEN r.marks & 192 IN (0, 192) THEN r.started_at + r.duration::double precision * interval '1 millisecond'
    WHEN r.marks & 128 > 0 THEN
      timestamptz 'epoch' + (r.rest::jsonb ->> 'e')::double precision * interval '1 microsecond'
  END AS ended_at,
  s.pool, s.lb, s.node, s.source, nullif(r.duration, 'NaN'::real) AS duration_ms,
  CASE WHEN starts_with(r.rest, '{') THEN (r.rest::jsonb ->> 'i')::bigint END AS bytes_in,
  CASE r.bytes WHEN -1 THEN NULL WHEN -2 THEN (r.rest::jsonb ->> 'o')::bigint ELSE r.bytes::bigint END AS bytes_out,
  CASE WHEN starts_with(r.rest, '{') THEN (r.rest::jsonb ->> 's')::bigint END AS seq,
  CASE WHEN r.marks & 192 < 192 THEN nullif(((r.marks >> 8) & 131071) - 1, -1) END AS client_port,
  s.status, s.backend_status, s.retries,
  (r.marks & 3)::smallint AS tie,
  (r.marks & 4) > 0 AS starts,
  (r.marks & 8) > 0 AS start_event,
  CASE WHEN (r.marks & 16) > 0 THEN (r.marks & 32) > 0 END AS has_key,
  s.redispatched, s.upgrade,
  CASE length(r.client)
    WHEN 4 THEN inet '0.0.0.0' + ('x' || encode(r.client, 'hex'))::bit(32)::bigint
    WHEN 16 THEN regexp_replace(encode(r.client, 'hex'), '(....)(?!$)', '\1:', 'g')::inet
  END AS client,
  coalesce(s.method, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'm' END) AS method,
  coalesce(s.host, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'h' END) AS host,
  CASE
    WHEN r.path <> 0 THEN split_part(p.value, '?', 1)
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'p'
    WHEN starts_with(r.rest, '@') THEN nullif(split_part(substr(r.rest, strpos(r.rest, ' ') + 1), '?', 1), '')
    WHEN r.rest <> '' THEN split_part(r.rest, '?', 1)
  END AS path,
  CASE
    WHEN r.path <> 0 THEN CASE WHEN strpos(p.value, '?') > 0 THEN substr(p.value, strpos(p.value, '?') + 1) END
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'q'
    WHEN strpos(r.rest, '?') > 0 THEN substr(r.rest, strpos(r.rest, '?') + 1)
  END AS query,
  coalesce(s.protocol, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'v' END) AS protocol,
  coalesce(a.value, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'a' END) AS agent,
  coalesce(s.listener, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'l' END) AS listener,
  coalesce(s.tls_protocol, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'x' END) AS tls_protocol,
  coalesce(s.tls_cipher, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'y' END) AS tls_cipher,
  coalesce(s.presented, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'r' END) AS presented,
  coalesce(s.inserted, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'n' END) AS inserted,
  coalesce(s.persistence_state, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'z' END) AS persistence_state,
  coalesce(s.termination, CASE WHEN starts_with(r.rest, '{') THEN r.rest::jsonb ->> 'k' END) AS termination,
  CASE WHEN starts_with(r.rest, '{') THEN string_to_array(r.rest::jsonb ->> 'c', U&'\0001') END AS correlations,
  CASE
    WHEN (r.marks >> 25) & 63 > 0 THEN jsonb_build_array(jsonb_build_object(
      'node', n.name, 'status', s.backend_status, 'durationMs', r.duration - (((r.marks >> 25) & 63) - 1)))
    WHEN starts_with(r.rest, '{') THEN r.rest::jsonb -> 't'
  END AS attempts,
  -- The id as it is stored, and the place in which the key has it within its session.
  r.id AS row_id, hashint8(r.id # (r.marks >> 31)) AS place
-- Outer joins, so that a question that asks nothing of them leaves them out.
FROM request_rows r
LEFT JOIN shapes s ON s.id = r.shape
LEFT JOIN nodes n ON n.id = s.node
LEFT JOIN texts p ON p.id = r.path & 65535
LEFT JOIN texts a ON a.id = CASE
  WHEN r.marks & 192 = 192 THEN (r.marks >> 8) & 131071
  WHEN starts_with(r.rest, '{') THEN (r.rest::jsonb ->> 'u')::integer
  WHEN starts_with(r.rest, '@') THEN substr(r.rest, 2, strpos(r.rest, ' ') - 2)::integer
END;
