import type pg from "pg";
import { onCluster } from "./on-cluster";

/** Fewer rows that are out of date are left to PostgreSQL itself, which looks every minute, and goes by a share of the table. */
const fewestDead = 5_000;

/**
 * Tables whose rows change all the time. The indexes of sessions are left alone: most changes leave nothing in them, and
 * to go through them would cost more than all the rest.
 */
const changing = { sessions: "INDEX_CLEANUP OFF, TRUNCATE OFF", unsettled: "TRUNCATE OFF" };

/**
 * Makes the room free that rows took before they changed, so that the next changes find it: under a stream of lines the
 * table would else grow by several times what is in it. Only pages that changed since the last time are read. Answers
 * the tables.
 */
export async function reuseSpace(pool: pg.Pool): Promise<string[]> {
  if (await onCluster(pool)) return [];
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_stat_user_tables
     WHERE schemaname = current_schema() AND n_dead_tup >= $1`,
    [fewestDead],
  );
  const done: string[] = [];
  for (const [table, options] of Object.entries(changing)) {
    if (!rows.some(({ name }) => name === table)) continue;
    await pool.query(`VACUUM (SKIP_LOCKED, ${options}) ${table}`);
    done.push(table);
  }
  return done;
}
