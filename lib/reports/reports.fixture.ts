import type pg from "pg";
import { latencyBucket } from "@/lib/domain/latency";
import { timestampText, withTransaction } from "@/lib/store/database";
import { ensurePartitions } from "@/lib/store/partitions";
import { countBounces } from "@/lib/store/settle/bounce-spans";
import { storeRequests } from "@/lib/store/testing/requests";
import { Rollups } from "@/lib/store/write/rollups";
import { countSessions } from "@/lib/store/write/session-spans";

/** Facts and results for the tests of this folder, put into the tables by hand as ingestion would leave them. */

export const minute = 60_000;
/** Noon, 30 s into the minute, so that ranges that end now end within one. */
export const now = Date.UTC(2026, 10, 21, 12, 0, 30);
/** So many seconds before noon. */
export const ago = (seconds: number) => Date.UTC(2026, 10, 21, 12) - seconds * 1000;

let count = 0;
export function uuid(first = "f"): string {
  count += 1;
  const digits = count.toString(16).padStart(8, "0");
  return `${first.padEnd(8, "0")}-${digits.slice(0, 4)}-${digits.slice(4)}-0000-000000000000`;
}

export interface RequestFacts {
  session: string;
  at: number;
  id?: string;
  pool?: number;
  lb?: number;
  node?: number | null;
  tie?: number;
  starts?: boolean;
  status?: number;
  durationMs?: number;
  path?: string;
  client?: string;
  presented?: string;
  correlations?: string[];
  attempts?: { node: string; status: number | null; durationMs: number | null }[];
}

export async function addPool(db: pg.Pool, id: number, name: string): Promise<void> {
  await db.query("INSERT INTO pools (id, name) VALUES ($1, $2)", [id, name]);
}

export async function addLb(db: pg.Pool, id: number, name: string): Promise<void> {
  await db.query("INSERT INTO lbs (id, name) VALUES ($1, $2)", [id, name]);
}

export async function addNode(
  db: pg.Pool,
  id: number,
  pool: number,
  name: string,
  canonical: number | null = null,
): Promise<void> {
  await db.query(
    "INSERT INTO nodes (id, pool, name, canonical, canonical_by) VALUES ($1, $2, $3, $4, $5)",
    [id, pool, name, canonical, canonical === null ? null : "learned"],
  );
}

/** A request with what it adds to its minute. Answers its id. */
export async function addRequest(db: pg.Pool, facts: RequestFacts): Promise<string> {
  const { session, at, id = uuid("a"), pool = 1, lb = 1, tie = 1, status = 200 } = facts;
  const { starts = false, durationMs = 100, path = "/", client = "203.0.113.7" } = facts;
  const node = facts.node === undefined ? 1 : facts.node;
  await ensurePartitions(db, at, at, now);
  await storeRequests(
    db,
    `session, started_at, id, ended_at, pool, lb, node, source, duration_ms, status, tie,
       starts, client, method, path, presented, correlations, attempts`,
    "VALUES ($1::uuid, $2::timestamptz, $3::uuid, $4::timestamptz, $5::integer, $6::integer, $7::integer, 0, $8::real, $9::smallint, $10::smallint, $11::boolean, $12::inet, 'GET', $13, $14, $15::text[], $16::jsonb)",
    [
      session,
      timestampText(at),
      id,
      timestampText(at + durationMs),
      pool,
      lb,
      node,
      durationMs,
      status,
      tie,
      starts,
      client,
      path,
      facts.presented ?? null,
      facts.correlations ?? null,
      facts.attempts ? JSON.stringify(facts.attempts) : null,
    ],
  );
  if (!starts) await addLoad(db, { at, pool, lb, node: node ?? 0, status, durationMs });
  return id;
}

/** Counts requests without storing them. */
export async function addLoad(
  db: pg.Pool,
  facts: {
    at: number;
    pool?: number;
    lb?: number;
    node?: number;
    status?: number;
    durationMs?: number;
    n?: number;
  },
): Promise<void> {
  const { at, pool = 1, lb = 1, node = 1, status = 200, durationMs = 100, n = 1 } = facts;
  const rollups = new Rollups();
  for (let i = 0; i < n; i++)
    rollups.addRequest({
      pool,
      lb,
      node,
      startedAt: at,
      status,
      bucket: latencyBucket(durationMs),
    });
  await withTransaction(db, (client) => rollups.write(client));
}

export interface SessionFacts {
  session: string;
  first: number;
  last: number;
  pool?: number;
  requests?: number;
  bounces?: number;
  unexplained?: number;
  returns?: number;
  losses?: number;
  pingPong?: boolean;
  cause?: string;
  nodes?: number[];
  lbs?: number[];
  client?: string;
}

export async function addSession(db: pg.Pool, facts: SessionFacts): Promise<string> {
  await countSessions(db, [facts.session], -1);
  const { session, first, last, pool = 1, requests = 2, bounces = 0, unexplained = 0 } = facts;
  await db.query(
    `INSERT INTO sessions (session, pool, first_seen, last_seen, requests, bounces, unexplained, returns, losses,
       ping_pong, main_cause, nodes, lbs, client)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      session,
      pool,
      timestampText(first),
      timestampText(last),
      requests,
      bounces,
      unexplained,
      facts.returns ?? 0,
      facts.losses ?? 0,
      facts.pingPong ?? false,
      facts.cause ?? null,
      facts.nodes ?? [1],
      facts.lbs ?? [1],
      facts.client ?? "203.0.113.7",
    ],
  );
  await countSessions(db, [session], 1);
  return session;
}

export interface BounceFacts {
  session: string;
  at: number;
  from: number;
  to: number;
  id?: string;
  pool?: number;
  lb?: number;
  previousAt?: number;
  cause?: string;
  class?: string;
  isReturn?: boolean;
}

export async function addBounce(db: pg.Pool, facts: BounceFacts): Promise<string> {
  const { session, at, from, to, id = uuid("b"), pool = 1, lb = 1, cause = "unknown" } = facts;
  await db.query(
    `INSERT INTO bounces (session, at, id, pool, lb, previous, previous_at, from_node, to_node, is_return, cause, class,
       confidence, evidence, correlation)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0.9, $13, NULL)`,
    [
      session,
      timestampText(at),
      id,
      pool,
      lb,
      uuid("c"),
      timestampText(facts.previousAt ?? at - 1000),
      from,
      to,
      facts.isReturn ?? false,
      cause,
      facts.class ?? "unknown",
      JSON.stringify([{ field: "node", value: "x", meaning: "another node" }]),
    ],
  );
  await countBounces(db, [{ pool, at, lb, cause, fromNode: from, toNode: to }], 1);
  return id;
}

export async function addLoss(
  db: pg.Pool,
  facts: { session: string; at: number; pool?: number; node?: string; lostTo?: string },
): Promise<void> {
  await db.query(
    "INSERT INTO losses (session, at, id, pool, node, lost_to, evidence) VALUES ($1, $2, $3, $4, $5, $6, '[]')",
    [
      facts.session,
      timestampText(facts.at),
      uuid("d"),
      facts.pool ?? 1,
      facts.node ?? null,
      facts.lostTo ?? null,
    ],
  );
}

export async function addEvent(
  db: pg.Pool,
  facts: {
    session: string;
    at: number;
    type: string;
    node?: string;
    pool?: number;
    correlation?: string;
    previous?: string;
  },
): Promise<void> {
  await ensurePartitions(db, facts.at, facts.at, now);
  await db.query(
    `INSERT INTO session_events (session, at, id, type, pool, node, correlation, previous_session)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      facts.session,
      timestampText(facts.at),
      uuid("e"),
      facts.type,
      facts.pool ?? 1,
      facts.node ?? null,
      facts.correlation ?? null,
      facts.previous ?? null,
    ],
  );
}

export async function addChange(
  db: pg.Pool,
  facts: { at: number; kind: string; title?: string; pool?: number | null; node?: string },
): Promise<void> {
  await db.query(
    "INSERT INTO changes (id, at, kind, pool, node, title) VALUES ($1, $2, $3, $4, $5, $6)",
    [
      uuid("9"),
      timestampText(facts.at),
      facts.kind,
      facts.pool === undefined ? 1 : facts.pool,
      facts.node ?? null,
      facts.title ?? facts.kind,
    ],
  );
}
