import type { PoolClient } from "pg";
import type { Evidence } from "@/lib/domain/evidence";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";
import { bounceEvidence, withProof } from "../read/bounce-row";
import type { Texts } from "../write/texts";

/** What a bounce or a loss is known by. */
export interface VerdictKey {
  session: string;
  at: EpochMs;
  id: string;
}

/** A bounce as stored. */
export interface BounceRecord extends VerdictKey {
  pool: number;
  lb: number;
  previous: string;
  previousAt: EpochMs;
  fromNode: number;
  toNode: number;
  isReturn: boolean;
  cause: string;
  class: string;
  confidence: number;
  evidence: Evidence[];
  correlation: string | null;
}

export interface LossRecord extends VerdictKey {
  pool: number;
  node: string | null;
  correlation: string | null;
  lostTo: string | null;
  evidence: Evidence[];
}

export async function bouncesOf(
  client: PoolClient,
  sessions: readonly string[],
): Promise<BounceRecord[]> {
  const { rows } = await client.query<BounceRecord>(
    `SELECT session, at, b.id, pool, lb, previous, previous_at AS "previousAt", from_node AS "fromNode",
       to_node AS "toNode", is_return AS "isReturn", cause, class, confidence,
       ${bounceEvidence} AS evidence, correlation
     FROM bounces b ${withProof} WHERE session = ANY ($1::uuid[])`,
    [sessions],
  );
  return rows;
}

export async function lossesOf(
  client: PoolClient,
  sessions: readonly string[],
): Promise<LossRecord[]> {
  const { rows } = await client.query<LossRecord>(
    `SELECT session, at, id, pool, node, correlation, lost_to AS "lostTo", evidence
     FROM losses WHERE session = ANY ($1::uuid[])`,
    [sessions],
  );
  return rows;
}

/** Takes these bounces away, each by its key. */
export async function dropBounces(
  client: PoolClient,
  bounces: readonly VerdictKey[],
): Promise<void> {
  await drop(client, "bounces", bounces);
}

/** Writes bounces that are new, or were dropped before. `proofs` has what proves many of them. */
export async function insertBounces(
  client: PoolClient,
  bounces: readonly BounceRecord[],
  proofs: Texts,
): Promise<void> {
  if (bounces.length === 0) return;
  const evidence = bounces.map((row) => JSON.stringify(row.evidence));
  const proof = evidence.map((text) => proofs.find(text) || null);
  await client.query(
    `INSERT INTO bounces (session, at, id, pool, lb, previous, previous_at, from_node, to_node, is_return, cause, class, confidence, evidence, correlation, proof)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::integer[], $5::integer[], $6::uuid[], $7::timestamptz[],
       $8::integer[], $9::integer[], $10::boolean[], $11::text[], $12::text[], $13::real[], $14::jsonb[], $15::text[], $16::integer[])`,
    [
      ...keysOf(bounces),
      bounces.map((row) => row.pool),
      bounces.map((row) => row.lb),
      bounces.map((row) => row.previous),
      bounces.map((row) => timestampText(row.previousAt)),
      bounces.map((row) => row.fromNode),
      bounces.map((row) => row.toNode),
      bounces.map((row) => row.isReturn),
      bounces.map((row) => row.cause),
      bounces.map((row) => row.class),
      bounces.map((row) => row.confidence),
      evidence.map((text, n) => (proof[n] === null ? text : null)),
      bounces.map((row) => row.correlation),
      proof,
    ],
  );
}

/** Takes these losses away, each by its key. */
export async function dropLosses(client: PoolClient, losses: readonly VerdictKey[]): Promise<void> {
  await drop(client, "losses", losses);
}

/** Writes losses that are new, or were dropped before. */
export async function insertLosses(
  client: PoolClient,
  losses: readonly LossRecord[],
): Promise<void> {
  if (losses.length === 0) return;
  await client.query(
    `INSERT INTO losses (session, at, id, pool, node, correlation, lost_to, evidence)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::jsonb[])`,
    [
      ...keysOf(losses),
      losses.map((row) => row.pool),
      losses.map((row) => row.node),
      losses.map((row) => row.correlation),
      losses.map((row) => row.lostTo),
      losses.map((row) => JSON.stringify(row.evidence)),
    ],
  );
}

async function drop(
  client: PoolClient,
  table: "bounces" | "losses",
  rows: readonly VerdictKey[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `DELETE FROM ${table} t
     USING (SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS w (session, at, id)) w
     WHERE t.session = w.session AND t.at = w.at AND t.id = w.id`,
    keysOf(rows),
  );
}

function keysOf(rows: readonly VerdictKey[]): [string[], string[], string[]] {
  return [
    rows.map((row) => row.session),
    rows.map((row) => timestampText(row.at)),
    rows.map((row) => row.id),
  ];
}

/** What the settling found of a session in a pool. */
export interface SessionCounts {
  session: string;
  pool: number;
  bounces: number;
  unexplained: number;
  returns: number;
  losses: number;
  pingPong: boolean;
  mainCause: string | null;
}

/** Writes the counters of sessions where they changed. */
export async function updateCounts(
  client: PoolClient,
  counts: readonly SessionCounts[],
): Promise<void> {
  if (counts.length === 0) return;
  await client.query(
    `UPDATE sessions s SET bounces = w.bounces, unexplained = w.unexplained, returns = w.returns,
       losses = w.losses, ping_pong = w.ping_pong, main_cause = w.main_cause
     FROM (
       SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::boolean[], $8::text[])
         AS w (session, pool, bounces, unexplained, returns, losses, ping_pong, main_cause)
     ) w
     WHERE s.session = w.session AND s.pool = w.pool
       AND (s.bounces, s.unexplained, s.returns, s.losses, s.ping_pong, s.main_cause)
         IS DISTINCT FROM (w.bounces, w.unexplained, w.returns, w.losses, w.ping_pong, w.main_cause)`,
    [
      counts.map((row) => row.session),
      counts.map((row) => row.pool),
      counts.map((row) => row.bounces),
      counts.map((row) => row.unexplained),
      counts.map((row) => row.returns),
      counts.map((row) => row.losses),
      counts.map((row) => row.pingPong),
      counts.map((row) => row.mainCause),
    ],
  );
}
