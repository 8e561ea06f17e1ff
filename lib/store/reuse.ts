import pg from "pg";
import { withTransaction } from "./database";
import { onCluster } from "./on-cluster";

/** Fewer rows that are out of date are left to PostgreSQL itself, which looks every minute, and goes by a share of the table. */
const fewestDead = 5_000;

/** The same of pieces of values that lie apart from their rows (some 2 kB each). */
const fewestDeadPieces = 500;

/**
 * Tables whose rows change, or come and go, all the time. The indexes of sessions are left alone: most changes leave nothing in them, and
 * to go through them would cost more than all the rest.
 */
const changing = {
  sessions: "INDEX_CLEANUP OFF, TRUNCATE OFF",
  unsettled: "TRUNCATE OFF",
  session_gains: "TRUNCATE OFF",
};

/**
 * Makes the room free that rows took before they changed, so that the next changes find it: under a stream of lines the
 * table would else grow by several times what is in it. Only pages that changed since the last time are read. Answers
 * the tables.
 */
export async function reuseSpace(pool: pg.Pool): Promise<string[]> {
  if (await onCluster(pool)) return [];
  const { rows } = await pool.query<{ name: string }>(
    `SELECT t.relname AS name
     FROM pg_stat_user_tables t
     JOIN pg_class c ON c.oid = t.relid
     LEFT JOIN pg_stat_all_tables apart ON apart.relid = c.reltoastrelid
     WHERE t.schemaname = current_schema() AND (t.n_dead_tup >= $1 OR apart.n_dead_tup >= $2)`,
    [fewestDead, fewestDeadPieces],
  );
  const done: string[] = [];
  for (const [table, options] of Object.entries(changing)) {
    if (!rows.some(({ name }) => name === table)) continue;
    await pool.query(`VACUUM (SKIP_LOCKED, ${options}) ${table}`);
    done.push(table);
  }
  return done;
}

/** With fewer new rows the indexes have nothing to learn that a question would feel. */
const fewestNew = 20_000;

/**
 * What stands in the way is most likely autovacuum, which learns the same as it goes. PostgreSQL ends it for whoever waits
 * longer than `deadlock_timeout`, a second unless set: one that is ended each time would never come to its end.
 */
const patience = "50ms";
const lockNotAvailable = "55P03";

/**
 * Lets the BRIN indexes on time know what was appended: until then each question about the last minute reads all that came
 * since PostgreSQL itself looked, which under a stream is seconds' worth of lines. Only new pages are read. Answers how
 * many ranges of pages were new; 0 as well where a table is being vacuumed.
 */
export async function knowNewRows(pool: pg.Pool): Promise<number> {
  if (await onCluster(pool)) return 0;
  try {
    return await withTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${patience}'`);
      const { rows } = await client.query<{ n: number | null }>(
        `SELECT sum(brin_summarize_new_values(i.indexrelid::regclass))::integer AS n
         FROM pg_stat_user_tables t
         JOIN pg_index i ON i.indrelid = t.relid
         JOIN pg_class c ON c.oid = i.indexrelid
         JOIN pg_am a ON a.oid = c.relam AND a.amname = 'brin'
         WHERE t.schemaname = current_schema() AND t.relname LIKE 'request_rows%' AND t.n_ins_since_vacuum >= $1`,
        [fewestNew],
      );
      return rows[0]?.n ?? 0;
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === lockNotAvailable) return 0;
    throw error;
  }
}
