import type pg from "pg";

/** Tables that changed by less are planned well enough from what is known of them. */
const fewestRows = 10_000;

/**
 * Has PostgreSQL look at tables of which more than half came since it last did,
 * such as after a first large delivery or in a new day's partition: until then
 * it plans every question as if they were small. It would do so by itself, a
 * minute or more later. Answers their names.
 */
export async function analyseFresh(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relid::regclass::text AS name FROM pg_stat_user_tables
     WHERE schemaname = current_schema()
       AND n_mod_since_analyze > $1 AND n_mod_since_analyze > n_live_tup / 2
     ORDER BY n_mod_since_analyze`,
    [fewestRows],
  );
  for (const { name } of rows) await pool.query(`ANALYZE (SKIP_LOCKED) ${name}`);
  return rows.map(({ name }) => name);
}
