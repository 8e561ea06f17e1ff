import type pg from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { withTransaction } from "./database";
import { placementOf } from "./distribution";
import { onCluster, onOneMachine } from "./on-cluster";
import { partitionedTables, partitionLock, partitionSpans, type Span } from "./partitions";

const dayMs = 86_400_000;

/**
 * Whose facts stay for as long as any: sessions that bounced or were lost,
 * those of which somebody keeps a snapshot, and those that still go on.
 */
const stays = (session: string) => `
  EXISTS (
    SELECT FROM sessions s
    WHERE s.session = ${session} AND (s.bounces > 0 OR s.losses > 0 OR s.last_seen >= $1::timestamptz)
  ) OR EXISTS (SELECT FROM snapshots p WHERE p.session = ${session})`;

async function deleteHealthy(
  client: pg.ClientBase,
  partition: string,
  cutoff: EpochMs,
  span: Span,
): Promise<number> {
  const until = new Date(cutoff).toISOString();
  if (!(await onCluster(client))) {
    const { rowCount } = await client.query(
      `${onOneMachine} DELETE FROM ${partition} t WHERE NOT (${stays("t.session")})`,
      [until],
    );
    return rowCount ?? 0;
  }
  const kept = await client.query<{ session: string }>("SELECT DISTINCT session FROM snapshots");
  const bySession = placementOf(partition);
  // Facts by session lie beside their session; those by correlation are compared with the sessions of their time.
  const { rowCount } = await client.query(
    bySession?.kind === "distributed" && bySession.column === "session"
      ? `DELETE FROM ${partition} t WHERE NOT (t.session = ANY ($2::uuid[]))
           AND $3::timestamptz < $4::timestamptz AND NOT EXISTS (
             SELECT 1 FROM sessions s WHERE s.session = t.session
               AND (s.bounces > 0 OR s.losses > 0 OR s.last_seen >= $1::timestamptz))`
      : `DELETE FROM ${partition} t WHERE NOT (t.session = ANY ($2::uuid[]))
           AND NOT (t.session IN (
             SELECT s.session FROM sessions s
             WHERE (s.bounces > 0 OR s.losses > 0 OR s.last_seen >= $1::timestamptz)
               AND s.last_seen >= $3::timestamptz AND s.first_seen < $4::timestamptz OFFSET 0))`,
    [
      until,
      kept.rows.map((row) => row.session),
      new Date(span.from - dayMs).toISOString(),
      new Date(span.to + dayMs).toISOString(),
    ],
  );
  return rowCount ?? 0;
}

/** Days that hold facts older than the cutoff, all written before it, that were not thinned since. */
async function daysToThin(client: pg.ClientBase, cutoff: EpochMs): Promise<EpochMs[]> {
  const { rows } = await client.query<{ day: string }>(
    `SELECT day::text FROM fact_days
     WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date AND written < $1::timestamptz
       AND (thinned IS NULL OR thinned < written)
     ORDER BY day`,
    [new Date(cutoff).toISOString()],
  );
  return rows.map(({ day }) => Date.parse(`${day}T00:00:00Z`));
}

/** Whether every day of a partition that holds facts may be thinned. */
async function isRipe(client: pg.ClientBase, span: Span, cutoff: EpochMs): Promise<boolean> {
  if (span.to > cutoff) return false;
  const { rows } = await client.query<{ late: boolean }>(
    `SELECT EXISTS (SELECT FROM fact_days
       WHERE day >= $1::date AND day < $2::date AND written >= $3::timestamptz) AS late`,
    [day(span.from), day(span.to), new Date(cutoff).toISOString()],
  );
  return rows[0]?.late !== true;
}

function day(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}

export interface Thinned {
  /** Partitions that were thinned. */
  partitions: string[];
  /** Facts that were taken away. */
  facts: number;
}

/**
 * Takes away what is older than `healthyDays`, and was not taken in within them
 * either, of sessions to which nothing happened; the timelines of those that
 * bounced, were lost or are kept as a snapshot stay whole. Sessions and sums
 * stay as they are, so no figure changes. One partition at a time, each in a
 * transaction of its own that keeps writers waiting; what it leaves is packed
 * afterwards, so that the disk is free again.
 */
export async function thinHealthy(
  pool: pg.Pool,
  healthyDays: number,
  now: EpochMs,
  writerLocks: readonly number[],
): Promise<Thinned> {
  const cutoff = now - healthyDays * dayMs;
  const thinned: Thinned = { partitions: [], facts: 0 };
  const done = new Set<number>();
  const client = await pool.connect();
  let days: EpochMs[];
  try {
    days = await daysToThin(client, cutoff);
  } finally {
    client.release();
  }
  for (const at of days) {
    if (done.has(at)) continue;
    const touched: string[] = [];
    await withTransaction(pool, async (own) => {
      for (const lock of [partitionLock, ...writerLocks])
        await own.query("SELECT pg_advisory_xact_lock($1)", [lock]);
      await own.query("SET LOCAL lock_timeout = '5s'; SET LOCAL jit = off");
      for (const table of partitionedTables) {
        const span = (await partitionSpans(own, table)).find(
          (other) => other.from <= at && at < other.to,
        );
        if (!span || !(await isRipe(own, span, cutoff))) continue;
        const name = `${table}_${span.suffix}`;
        const deleted = await deleteHealthy(own, name, cutoff, span);
        thinned.facts += deleted;
        if (deleted > 0) touched.push(name);
        await own.query(
          "UPDATE fact_days SET thinned = $3 WHERE day >= $1::date AND day < $2::date",
          [day(span.from), day(span.to), new Date(now).toISOString()],
        );
        for (let other = span.from; other < span.to; other += dayMs) done.add(other);
      }
    });
    // Outside of any transaction; nobody writes to such a day any more, and its readers are few.
    for (const name of touched) await pool.query(`VACUUM (FULL, ANALYZE) ${name}`);
    thinned.partitions.push(...touched);
  }
  return thinned;
}
