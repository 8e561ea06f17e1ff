import type { ClientBase, Pool } from "pg";

/** Bytes on disk by table, its partitions together: rows, and each index. */
export async function bytesPerRequest(
  db: Pool | ClientBase,
  requests: number,
): Promise<Record<string, number>> {
  const { rows } = await db.query<{ name: string; bytes: number | string }>(`
    WITH placed AS (
      SELECT c.oid, coalesce(p.inhparent, c.oid) AS root FROM pg_class c
      LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    )
    SELECT name, sum(bytes) AS bytes FROM (
      SELECT root::regclass::text AS name, pg_table_size(oid) AS bytes FROM placed
      UNION ALL
      SELECT root::regclass || ': ' || regexp_replace(i.indexrelid::regclass::text, '_\\d{6,8}', ''),
        pg_relation_size(i.indexrelid)
      FROM placed JOIN pg_index i ON i.indrelid = placed.oid
    ) sizes GROUP BY name ORDER BY 2 DESC`);
  const table: Record<string, number> = {};
  let total = 0;
  for (const { name, bytes } of rows) {
    total += Number(bytes);
    // What hardly counts is only in the total.
    if (Number(bytes) >= requests / 10)
      table[name] = Math.round((Number(bytes) / requests) * 10) / 10;
  }
  table.total = Math.round(total / requests);
  return table;
}
