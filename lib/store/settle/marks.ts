import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { onCluster } from "../on-cluster";
import { seenSince } from "../read/last-seen";
import { sessionLock, writeLock } from "../write/locks";
import { markFound } from "../write/sessions";

/**
 * Waits until the transactions that wrote the marks just read have ended. On a cluster what a transaction wrote on the
 * coordinator is seen a moment before what it wrote on the workers, and until both are it holds its locks: a mark would be
 * taken, and what it tells of not be found.
 */
async function untilWritten(client: PoolClient): Promise<void> {
  if (!(await onCluster(client))) return;
  for (const lock of [sessionLock, writeLock]) {
    await client.query("SELECT pg_advisory_lock_shared($1)", [lock]);
    await client.query("SELECT pg_advisory_unlock_shared($1)", [lock]);
  }
}

/**
 * Takes the marks of the sessions that were marked first, all marks of each;
 * answers whose they were. They are back if the transaction fails. The caller
 * holds the lock of those who judge.
 */
export async function takeUnsettled(client: PoolClient, sessions: number): Promise<string[]> {
  const { rows } = await client.query<{ session: string }>(
    `WITH first AS (
       SELECT session FROM unsettled GROUP BY session ORDER BY min(n) LIMIT $1
     )
     DELETE FROM unsettled WHERE session IN (SELECT session FROM first)
     RETURNING session`,
    [sessions],
  );
  if (rows.length > 0) await untilWritten(client);
  return [...new Set(rows.map((row) => row.session))].sort();
}

/**
 * Turns times to be judged again into marks on the sessions that lived in them
 * and bounced or were lost; answers how many. A time of pool 0 concerns every
 * pool. The caller holds the lock of those who judge.
 */
export async function unsettleUnreviewed(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ pool: number; from: EpochMs; to: EpochMs }>(
    `DELETE FROM unreviewed RETURNING pool, from_at AS "from", to_at AS "to"`,
  );
  if (rows.length === 0) return 0;
  await untilWritten(client);
  const spans = new Map<number, { from: EpochMs; to: EpochMs }>();
  for (const { pool, from, to } of rows) {
    const span = spans.get(pool);
    spans.set(
      pool,
      span ? { from: Math.min(span.from, from), to: Math.max(span.to, to) } : { from, to },
    );
  }
  return await markFound(
    client,
    `SELECT DISTINCT s.session, 0 AS pool
     FROM (
       SELECT * FROM unnest($1::integer[], $2::double precision[], $3::double precision[]) AS w (pool, from_ms, to_ms)
     ) w
     JOIN sessions s ON (w.pool = 0 OR s.pool = w.pool)
       AND (s.bounces > 0 OR s.losses > 0)
       AND ${seenSince("to_timestamp(w.from_ms / 1000)")} AND s.first_seen <= to_timestamp(w.to_ms / 1000)`,
    [
      [...spans.keys()],
      [...spans.values()].map((span) => span.from),
      [...spans.values()].map((span) => span.to),
    ],
  );
}

export async function hasMarks(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT FROM unsettled) OR EXISTS (SELECT FROM unreviewed) AS found",
  );
  return rows[0]?.found === true;
}
