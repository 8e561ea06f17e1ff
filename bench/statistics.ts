import type pg from "pg";

/**
 * Takes from a database what ANALYZE has learnt, as if it had just been filled;
 * answers how to learn it again. Nothing learns it meanwhile.
 */
export async function forgetStatistics(db: pg.Pool): Promise<() => Promise<void>> {
  const { rows } = await db.query<{ name: string }>(
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  await db.query("ALTER SYSTEM SET autovacuum = off");
  await db.query("SELECT pg_reload_conf()");
  await db.query(`
    DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace);
    UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
    WHERE relkind IN ('r', 'p', 'i', 'I') AND relnamespace = 'public'::regnamespace;`);
  return async () => {
    for (const { name } of rows) await db.query(`ANALYZE ${name}`);
    await db.query("ANALYZE");
    await db.query("ALTER SYSTEM RESET autovacuum");
    await db.query("SELECT pg_reload_conf()");
  };
}
