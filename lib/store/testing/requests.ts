import type { ClientBase, Pool } from "pg";

/** Columns of the view `requests`, with their types: what a test may give of a request. */
const given = `session uuid, started_at timestamptz, id uuid, ended_at timestamptz, pool integer, lb integer, node integer,
  source integer, duration_ms real, bytes_out bigint, client_port integer, status smallint, retries smallint, tie smallint,
  starts boolean DEFAULT false, has_key boolean, client inet, method text, path text, protocol text, listener text,
  presented text, persistence_state text, termination text, correlations text[], attempts jsonb`;

const shape =
  "source, pool, lb, node, status, retries, method, protocol, listener, presented, persistence_state, termination";

/** The id that a request has of a UUID: its first 64 bits, the rest is nought. */
export const shortId = (uuid: string) =>
  `(left(replace((${uuid})::text, '-', ''), 16) || '0000000000000000')::uuid`;

/**
 * Stores requests that a statement answers, as the ingestion would: paths that come often by their ids.
 * @param columns of the view `requests`, in the statement's order.
 */
export async function storeRequests(
  db: Pool,
  columns: string,
  select: string,
  values: unknown[] = [],
): Promise<void> {
  const client = await db.connect();
  try {
    await client.query("BEGIN");
    await store(client, columns, select, values);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function store(
  client: ClientBase,
  columns: string,
  select: string,
  values: unknown[],
): Promise<void> {
  await client.query(`CREATE TEMP TABLE given (${given}) ON COMMIT DROP`);
  await client.query(`INSERT INTO given (${columns}) ${select}`, values);
  await client.query(`
    ALTER TABLE given ADD COLUMN key uuid;
    UPDATE given SET key = md5(row(${shape})::text)::uuid;
    INSERT INTO shapes (key, ${shape}) SELECT DISTINCT key, ${shape} FROM given
    ON CONFLICT (key) DO NOTHING;
    INSERT INTO texts (value) SELECT path FROM given WHERE path IS NOT NULL GROUP BY 1 HAVING count(*) >= 4
    ON CONFLICT (value) DO NOTHING;
    INSERT INTO request_rows (session, started_at, id, shape, marks, duration, bytes, path, client, rest)
    SELECT g.session, g.started_at, ('x' || left(replace(g.id::text, '-', ''), 16))::bit(64)::bigint, s.id,
      g.tie | CASE WHEN g.starts THEN 4 ELSE 0 END
        | CASE WHEN g.has_key IS NULL THEN 0 WHEN g.has_key THEN 48 ELSE 16 END
        | CASE WHEN g.ended_at IS NULL THEN 64 WHEN e.is_own THEN 128 ELSE 0 END | ((coalesce(g.client_port, -1) + 1) << 8),
      coalesce(g.duration_ms, 'NaN'), coalesce(g.bytes_out::integer, -1), coalesce(t.id, 0)::smallint, coalesce(substr(inet_send(g.client), 5), ''),
      CASE WHEN rest.object = '{}' THEN '' ELSE rest.object::text END
    FROM given g JOIN shapes s ON s.key = g.key LEFT JOIN texts t ON t.value = g.path
    CROSS JOIN LATERAL (SELECT g.duration_ms IS NULL
      OR g.ended_at IS DISTINCT FROM g.started_at + g.duration_ms * interval '1 millisecond' AS is_own) e
    CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(jsonb_build_object(
        'p', CASE WHEN t.id IS NULL THEN g.path END,
        'e', CASE WHEN e.is_own THEN (extract(epoch FROM g.ended_at) * 1000000)::bigint END,
        'c', array_to_string(g.correlations, U&'\\0001')))
      || CASE WHEN g.attempts IS NULL THEN '{}' ELSE jsonb_build_object('t', g.attempts) END AS object) rest
    ORDER BY g.started_at`);
}
