import type pg from "pg";
import { timestampText } from "@/lib/store/database";
import { onCluster, onOneMachine } from "@/lib/store/on-cluster";
import { ensurePartitions } from "@/lib/store/partitions";
import { counted } from "@/lib/store/testing/counted";
import { gathered } from "@/lib/store/testing/gathered";
import { shortId, storeRequests } from "@/lib/store/testing/requests";

/** The traffic of a day or more of a pool behind two balancers, made by the database itself, for plans and benchmarks. */

export interface Volume {
  now: number;
  sessions: number;
  requestsPerSession: number;
  /** Of the pool; 6 when absent. */
  nodes?: number;
  /** One session in so many has the app's events and correlation IDs; 4 when absent. */
  told?: number;
  /** Over which the traffic is spread; 1 when absent. */
  days?: number;
}

const dayMs = 86_400_000;

export async function fillDatabase(db: pg.Pool, volume: Volume): Promise<void> {
  const { now, sessions, requestsPerSession, nodes = 6, told = 4, days = 1 } = volume;
  const cluster = await onCluster(db);
  const length = days * dayMs;
  await ensurePartitions(db, now - length, now, now);
  const start = `timestamptz '${timestampText(now - length)}'`;
  // A session begins anywhere in the time and has a request every 20 s.
  const life = `interval '1 second' * 20 * ${requestsPerSession}`;
  const begin = `${start} + (interval '${days} days' - ${life}) * (s::float8 / ${sessions})`;
  const session = (n: string) => `md5('session ' || ${n})::uuid`;
  const request = (r: string) => shortId(`md5('request ' || s || ' ' || ${r})`);
  const portion = 50_000;
  await db.query(`
    INSERT INTO pools (id, name) VALUES (1, 'checkout'), (2, 'portal');
    INSERT INTO lbs (id, name) VALUES (1, 'edge-1'), (2, 'edge-2');
    INSERT INTO nodes (id, pool, name) SELECT n, 1, 'web-' || lpad(n::text, 2, '0') FROM generate_series(1, ${nodes}) n`);
  for (let first = 1; first <= sessions; first += portion)
    await storeRequests(
      db,
      `session, started_at, id, ended_at, pool, lb, node, source, duration_ms, bytes_out, status, tie,
        has_key, client, client_port, method, path, protocol, listener, presented, persistence_state, termination, retries, correlations`,
      `SELECT ${session("s")}, at, md5('request ' || s || ' ' || r)::uuid, at + interval '1 ms' * (20 + (s * 7 + r * 13) % 400), 1, 1 + s % 2,
        1 + (s + CASE WHEN s % 20 = 0 THEN r / 4 ELSE 0 END) % ${nodes}, 1, 20 + (s * 7 + r * 13) % 400, 300 + (s * 31 + r) % 20000,
        CASE WHEN (s + r) % 97 = 0 THEN 503 ELSE 200 END, 1, true, ('10.0.0.0'::inet + s % 60000), 1024 + (s * 17 + r) % 60000,
        'GET', '/cart/' || r, 'HTTP/1.1', 'www', 'web-' || lpad((1 + s % ${nodes})::text, 2, '0'), 'VN', '--', 0,
        CASE WHEN s % ${told} = 0 THEN ARRAY[md5('correlation ' || s || ' ' || r)] END
      FROM generate_series(${first}, ${Math.min(sessions, first + portion - 1)}) s, generate_series(0, ${requestsPerSession - 1}) r,
        LATERAL (SELECT ${begin} + interval '20 s' * r AS at) t
      ORDER BY at`,
    );
  await db.query(`
    INSERT INTO sessions (session, pool, first_seen, last_seen, requests, bounces, unexplained, losses, node, nodes, lb, client)
    SELECT ${session("s")}, 1, ${begin}, ${begin} + ${life}, ${requestsPerSession},
      CASE WHEN s % 20 = 0 THEN ${Math.ceil(requestsPerSession / 4) - 1} ELSE 0 END,
      CASE WHEN s % 20 = 0 THEN ${Math.ceil(requestsPerSession / 4) - 1} ELSE 0 END,
      CASE WHEN s % 50 = 0 THEN 1 ELSE 0 END,
      CASE WHEN s % 20 > 0 THEN 1 + s % ${nodes} END,
      CASE WHEN s % 20 = 0 THEN '{${Array.from({ length: nodes }, (_, n) => n + 1).join(",")}}'::integer[] END,
      1 + s % 2, ('10.0.0.0'::inet + s % 60000)
    FROM generate_series(1, ${sessions}) s;
    INSERT INTO bounces (session, at, id, pool, lb, previous, previous_at, from_node, to_node, is_return, cause, class,
      confidence, evidence)
    SELECT ${session("s")}, ${begin} + interval '20 s' * r, ${request("r")}, 1, 1 + s % 2,
      ${request("r - 1")}, ${begin} + interval '20 s' * (r - 1),
      1 + (s + r / 4 - 1) % ${nodes}, 1 + (s + r / 4) % ${nodes}, false, 'no-affinity', 'routing', 0.9,
      '[{"field": "node", "value": "web", "meaning": "another node"}]'
    FROM generate_series(20, ${sessions}, 20) s, generate_series(4, ${requestsPerSession - 1}, 4) r;
    INSERT INTO losses (session, at, id, pool, node, lost_to, evidence)
    SELECT ${session("s")}, ${begin} + interval '1 minute', md5('loss ' || s)::uuid, 1, 'web-01', 'routing', '[]'
    FROM generate_series(50, ${sessions}, 50) s;
    INSERT INTO session_events (session, at, id, type, pool, node, correlation, previous_session)
    SELECT ${session("s")}, ${begin} + interval '20 s' * r, md5('event ' || s || ' ' || r)::uuid, 'session.retrieved', 1,
      'web-' || lpad((1 + s % ${nodes})::text, 2, '0'), md5('correlation ' || s || ' ' || r),
      CASE WHEN s % (25 * ${told}) = 0 AND r = 0 THEN ${session("s - 1")} END
    FROM generate_series(${told}, ${sessions}, ${told}) s, generate_series(0, ${requestsPerSession - 1}, 2) r;
    INSERT INTO event_correlations (correlation, at, id, session, type, node)
    SELECT correlation::uuid, at, id, session, type, node FROM session_events;
    INSERT INTO request_correlations (correlation, started_at, id, session)
    SELECT correlations[1]::uuid, started_at, id, session FROM requests WHERE correlations IS NOT NULL;
    INSERT INTO node_minutes (pool, node, minute, lb, requests, client_errors, errors)
    SELECT pool, node, date_trunc('minute', started_at), lb, count(*), 0, count(*) FILTER (WHERE status >= 500)
    FROM requests GROUP BY 1, 2, 3, 4;
    ${Object.entries(counted)
      .map(
        ([table, sql]) =>
          `INSERT INTO ${table} ${cluster ? gathered(sql) : `${onOneMachine} ${sql}`};`,
      )
      .join("\n")}
    INSERT INTO changes (id, at, kind, pool, node, title)
    SELECT md5('change ' || n)::uuid, ${start} + interval '10 minutes' * n,
      CASE n % 3 WHEN 0 THEN 'deploy' WHEN 1 THEN 'node-down' ELSE 'node-up' END, 1, 'web-' || lpad((1 + n % ${nodes})::text, 2, '0'), 'change ' || n
    FROM generate_series(1, 140) n;
    INSERT INTO rejects (source, id, at, reason, text)
    SELECT 1, md5('reject ' || n)::uuid, ${start} + interval '1 day' * (n::float8 / 20000), 'reason ' || n % 5, 'a line'
    FROM generate_series(1, 20000) n;
  `);
  await db.query("VACUUM ANALYZE");
}

/** The session with this number in the volume. */
export const sessionNumber = "SELECT md5('session ' || $1::text)::uuid AS session";
