import type pg from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { onCluster } from "./on-cluster";
import { partitionedTables, partitionSpans } from "./partitions";

const dayMs = 86_400_000;
/** Facts of a day come late, but seldom much later than this after the last ones. */
const quietMs = 3_600_000;

const day = (at: EpochMs) => new Date(at).toISOString().slice(0, 10);

/**
 * Packs the indexes of days that are over and to which nothing was added
 * for an hour. Sessions come in no order, so a key's pages are left two thirds
 * full; packed they are full, which saves about 14 bytes a request. Readers and
 * writers go on meanwhile. Each day is packed once, and again when more of it came. On a cluster the machines'
 * parts are left as they are.
 *
 * @returns the partitions that were packed.
 */
export async function packClosedDays(pool: pg.Pool, now: EpochMs): Promise<string[]> {
  if (await onCluster(pool)) return [];
  const { rows } = await pool.query<{ day: string; written: EpochMs; packed: EpochMs | null }>(
    "SELECT day::text, written, packed FROM fact_days ORDER BY day",
  );
  const days = rows.map((row) => ({ ...row, at: Date.parse(`${row.day}T00:00:00Z`) }));
  const done: string[] = [];
  for (const table of partitionedTables) {
    const client = await pool.connect();
    try {
      for (const span of await partitionSpans(client, table)) {
        const own = days.filter(({ at }) => at >= span.from && at < span.to);
        const isPacked = own.every(({ written, packed }) => packed !== null && packed >= written);
        const isQuiet = own.every(({ written }) => written <= now - quietMs);
        if (span.to > now || own.length === 0 || isPacked || !isQuiet) continue;
        const name = `${table}_${span.suffix}`;
        for (const index of await treesOf(client, name)) {
          await client.query(`ALTER INDEX ${index} SET (fillfactor = 100)`);
          await client.query(`REINDEX INDEX CONCURRENTLY ${index}`);
        }
        done.push(name);
      }
    } finally {
      client.release();
    }
  }
  const closed = days.filter(({ at, written }) => at + dayMs <= now && written <= now - quietMs);
  await pool.query(
    `UPDATE fact_days t SET packed = $2 FROM unnest($1::date[]) AS w (day)
     WHERE t.day = w.day AND t.written <= $3 AND (t.packed IS NULL OR t.packed < t.written)`,
    [
      closed.map(({ at }) => day(at)),
      new Date(now).toISOString(),
      new Date(now - quietMs).toISOString(),
    ],
  );
  return done;
}

/** The names of a partition's indexes that are trees: its key, or what its rows are found by. */
async function treesOf(client: pg.ClientBase, partition: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
     WHERE i.indrelid = $1::text::regclass AND a.amname = 'btree' ORDER BY name`,
    [partition],
  );
  return rows.map(({ name }) => name);
}
