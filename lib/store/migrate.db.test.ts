import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createPool } from "./database";
import { migrate, migrationNames } from "./migrate";
import { counted, miscounted } from "./testing/counted";
import { administer } from "./testing/database";

const name = `hopwatch_old_${process.pid}`;
const folder = path.join(process.cwd(), "prisma");
let directory: string;
let url: string;
let db: Pool;

/** Brings the database up to the last migration before the one that is named. */
async function migrateUpTo(next: string): Promise<void> {
  for (const migration of await migrationNames())
    if (migration < next)
      await cp(
        path.join(folder, "migrations", migration),
        path.join(directory, "migrations", migration),
        { recursive: true },
      );
  await migrate(url, path.join(directory, "migrations"));
}

beforeAll(async () => {
  const { url: server } = inject("testServer");
  await administer(server, `CREATE DATABASE ${name}`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  url = own.href;
  directory = await mkdtemp(path.join(tmpdir(), "hopwatch-migrations-"));
  await cp(path.join(folder, "schema.prisma"), path.join(directory, "schema.prisma"));
  await cp(
    path.join(folder, "migrations", "migration_lock.toml"),
    path.join(directory, "migrations", "migration_lock.toml"),
  );
  db = createPool(url, { max: 2 });
});
afterAll(async () => {
  await db.end();
  await rm(directory, { recursive: true, force: true });
  await administer(inject("testServer").url, `DROP DATABASE ${name} WITH (FORCE)`);
});

/** A day's facts and results as the first version stored them. */
const old = `
  INSERT INTO pools (id, name) VALUES (1, 'shop'), (2, 'portal');
  INSERT INTO lbs (id, name) VALUES (1, 'edge');
  INSERT INTO nodes (id, pool, name) SELECT n, 1 + n % 2, 'web-' || n FROM generate_series(1, 4) n;
  CREATE TABLE requests_20261119 PARTITION OF requests FOR VALUES FROM ('2026-11-19') TO ('2026-11-20');
  CREATE TABLE requests_20261120 PARTITION OF requests FOR VALUES FROM ('2026-11-20') TO ('2026-11-21');
  CREATE TABLE request_correlations_20261120 PARTITION OF request_correlations
    FOR VALUES FROM ('2026-11-20') TO ('2026-11-21');
  INSERT INTO requests (session, started_at, id, ended_at, pool, lb, node, source, duration_ms, bytes_in, bytes_out, seq,
    client_port, status, backend_status, retries, tie, starts, start_event, has_key, redispatched, upgrade, client, method,
    host, path, query, protocol, agent, listener, tls_protocol, tls_cipher, presented, inserted, persistence_state,
    termination, correlations, attempts)
  SELECT CASE WHEN n % 7 = 0 THEN md5('request ' || n)::uuid ELSE md5('session ' || n % 50)::uuid END, at,
    md5('request ' || n)::uuid, CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN at + interval '1 hour' ELSE at + interval '1 ms' * (n % 400) END,
    1 + n % 2, 1, CASE WHEN n % 11 > 0 THEN 1 + n % 4 END, 1 + n % 3, CASE WHEN n % 13 > 0 THEN n % 400 END,
    CASE WHEN n % 3 = 0 THEN n END, CASE n % 17 WHEN 0 THEN NULL WHEN 1 THEN 5000000000 ELSE n * 10 END, CASE WHEN n % 4 = 0 THEN n END,
    CASE WHEN n % 6 > 0 THEN 1024 + n % 60000 END, CASE WHEN n % 19 > 0 THEN 200 + n % 301 END, 200, n % 2,
    CASE WHEN n % 7 = 0 THEN 0 ELSE 1 END, n % 29 = 0, n % 58 = 0, CASE n % 3 WHEN 0 THEN NULL ELSE n % 3 = 1 END,
    n % 23 = 0, NULL, CASE WHEN n % 31 > 0 THEN '10.0.0.0'::inet + n ELSE '2001:db8::'::inet + n END, CASE WHEN n % 37 > 0 THEN 'GET' ELSE E'G\\nT' END,
    CASE WHEN n % 2 = 0 THEN 'host-' || n END, CASE n % 41 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '{x' WHEN 3 THEN '/a?b' ELSE '/path/' || n % 200 END,
    CASE WHEN n % 3 = 0 THEN 'page=' || n % 5 END, 'HTTP/1.1', CASE WHEN n % 2 = 0 THEN 'agent ' || n % 20 ELSE 'odd ' || n END, 'www', 'TLSv1.3',
    NULL, 'web-' || n % 4, CASE WHEN n % 9 = 0 THEN md5(n::text) END, 'VN', '--',
    CASE WHEN n % 10 = 0 THEN ARRAY['id ' || n, '{"' || n] END,
    CASE WHEN n % 12 = 1 THEN jsonb_build_array(jsonb_build_object('node', 'web-' || (1 + n % 4), 'status', 200, 'durationMs', n % 400 - n % 90))
      WHEN n % 12 = 0 THEN jsonb_build_array(jsonb_build_object('node', 'web-1', 'status', NULL, 'durationMs', 1.5), jsonb_build_object('node', 'web-2', 'status', 200, 'durationMs', NULL)) END
  FROM generate_series(1, 2000) n, LATERAL (SELECT timestamptz '2026-11-19 18:00:00.123456+00' + interval '20 s' * n AS at) t;
  INSERT INTO request_correlations SELECT md5(correlations[1])::uuid, started_at, id, session FROM requests
    WHERE correlations IS NOT NULL AND started_at >= '2026-11-20';
  INSERT INTO sessions (session, pool, first_seen, last_seen, requests)
  SELECT session, pool, min(started_at), max(started_at), count(*) FROM requests WHERE tie > 0 GROUP BY 1, 2;
  INSERT INTO bounces (session, at, id, pool, lb, previous, previous_at, from_node, to_node, is_return, cause, class, confidence, evidence)
  SELECT session, started_at, id, pool, 1, md5('before ' || id)::uuid, started_at - interval '1 minute', 1, 2, false, 'unknown', 'unknown', 1, '[]'
  FROM requests WHERE tie > 0 AND client_port % 5 = 0;
  INSERT INTO node_minutes SELECT pool, coalesce(node, 0), date_trunc('minute', started_at), lb, count(*),
    count(*) FILTER (WHERE status BETWEEN 400 AND 499), count(*) FILTER (WHERE status >= 500)
  FROM requests WHERE NOT starts GROUP BY 1, 2, 3, 4;
  INSERT INTO latency_minutes SELECT pool, coalesce(node, 0), date_trunc('minute', started_at),
    floor(ln(greatest(duration_ms::float8, 0.5)) / ln(1.05::float8))::integer, count(*)
  FROM requests WHERE NOT starts AND duration_ms IS NOT NULL GROUP BY 1, 2, 3, 4;`;

const short = (id: string) => `${id.slice(0, 18)}-0000-000000000000`;

describe("a database of the first version, with facts in it", () => {
  let before: Record<string, unknown>[];
  const columns = `started_at, ended_at, pool, lb, node, source, duration_ms, bytes_in, bytes_out, seq, client_port, status,
    backend_status, retries, tie, starts, start_event, has_key, redispatched, upgrade, client, method, host, path, query,
    protocol, agent, listener, tls_protocol, tls_cipher, presented, inserted, persistence_state, termination,
    correlations, attempts`;
  beforeAll(async () => {
    await migrateUpTo("20261121000600");
    await db.query(old);
    before = (await db.query(`SELECT session, id, ${columns} FROM requests ORDER BY started_at`))
      .rows;
    await migrate(url);
  }, 120_000);

  it("is told the same requests", async () => {
    const { rows } = await db.query(
      `SELECT session, id, ${columns} FROM requests ORDER BY started_at`,
    );
    expect(rows).toHaveLength(2000);
    expect(rows).toEqual(
      before.map((row) => ({
        ...row,
        id: short(String(row.id)),
        session: row.session === row.id ? short(String(row.id)) : row.session,
      })),
    );
  });

  it.each(Object.keys(counted))("sums up what it stored before: %s", async (table) => {
    expect((await db.query(miscounted(table))).rows).toEqual([]);
  });

  it("finds a bounce's request, and a correlation's, by the request's id", async () => {
    const found = async (table: string, at: string) =>
      (
        await db.query(`SELECT count(*) AS n, count(r.id) AS found FROM ${table} t
          LEFT JOIN requests r ON r.session = t.session AND r.started_at = t.${at} AND r.id = t.id`)
      ).rows[0];
    for (const [table, at] of [
      ["bounces", "at"],
      ["request_correlations", "started_at"],
    ] as const) {
      const { n, found: there } = await found(table, at);
      expect(n, table).toBeGreaterThan(20);
      expect(there, table).toBe(n);
    }
  });

  it("keeps its partitions, and what comes again and again once", async () => {
    const { rows } = await db.query(
      "SELECT tableoid::regclass::text AS name, count(*) AS n FROM request_rows GROUP BY 1 ORDER BY 1",
    );
    expect(rows).toEqual([
      { name: "request_rows_20261119", n: 1079 },
      { name: "request_rows_20261120", n: 921 },
    ]);
    const texts = await db.query("SELECT value FROM texts WHERE value LIKE 'agent %'");
    expect(texts.rows).toHaveLength(10);
  });
});

describe("a database whose requests were stored in 92 bytes", () => {
  beforeAll(async () => {
    await administer(inject("testServer").url, `DROP DATABASE ${name} WITH (FORCE)`);
    await administer(inject("testServer").url, `CREATE DATABASE ${name}`);
    await rm(path.join(directory, "migrations", "20261121002600_smaller_requests"), {
      recursive: true,
      force: true,
    });
    await migrateUpTo("20261121002600");
    await db.query(`
      CREATE TABLE request_rows_20261119 PARTITION OF request_rows FOR VALUES FROM ('2026-11-19') TO ('2026-11-20');
      CREATE UNIQUE INDEX request_rows_20261119_key ON request_rows_20261119
        (uuid_hash_extended(session, 0), interval_hash_extended(started_at - timestamptz 'epoch', id));
      INSERT INTO shapes (id, key, source, pool, lb) VALUES (1, md5('s')::uuid, 1, 1, 1);
      INSERT INTO texts (id, value) VALUES (5, 'agent'), (50000, '/half'), (70000, '/far?q=1'), (70001, '@far');
      INSERT INTO request_rows (session, started_at, id, shape, marks, duration, bytes, path, agent, client, rest)
      SELECT md5('s')::uuid, timestamptz '2026-11-19 10:00:00+00' + n * interval '1 s', n, 1, w.marks, 1, 1, w.path, w.agent,
        w.client::inet, w.rest
      FROM (VALUES
        (1, 0, 50000, 5, '10.0.0.1', ''),
        (2, 8001 << 8, 70000, 5, '2001:db8::1', ''),
        (3, 8001 << 8, 0, 5, NULL, '@odd?x'),
        (4, 64, 70001, 5, NULL, ''),
        (5, 0, 70000, 0, NULL, '{"s": 9}'),
        (6, 8001 << 8, 0, 5, NULL, '/plain'),
        (7, 0, 0, 0, NULL, '@odd')
      ) AS w (n, marks, path, agent, client, rest)`);
    await migrate(url);
  }, 120_000);

  it("is told the same requests", async () => {
    const { rows } = await db.query(
      "SELECT path, query, agent, host(client) AS client, client_port, seq FROM requests ORDER BY started_at",
    );
    const empty = { query: null, agent: "agent", client: null, client_port: null, seq: null };
    expect(rows).toEqual([
      { ...empty, path: "/half", client: "10.0.0.1" },
      { ...empty, path: "/far", query: "q=1", client: "2001:db8::1", client_port: 8000 },
      { ...empty, path: "@odd", query: "x", client_port: 8000 },
      { ...empty, path: "@far" },
      { ...empty, path: "/far", query: "q=1", agent: null, seq: 9 },
      { ...empty, path: "/plain", client_port: 8000 },
      { ...empty, path: "@odd", agent: null },
    ]);
  });

  it("has its new key on the partitions of before", async () => {
    const { rows } = await db.query(
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'request_rows_20261119_key'",
    );
    expect(rows).toEqual([{ indexdef: expect.stringContaining("uuid_hash(session), hashint8") }]);
  });
});
