import { spreadTables } from "../distribution";

/**
 * A statement of a test that compares tables freely, as a cluster can run it: every distributed table that it names is
 * gathered on the coordinator first. For little data.
 */
export function gathered(sql: string): string {
  const tables = spreadTables().filter((table) => new RegExp(`\\b${table}\\b`).test(sql));
  if (tables.length === 0) return sql;
  const copies = tables.map((table) => `${table} AS MATERIALIZED (SELECT * FROM ${table})`);
  const own = /^\s*WITH\s/i.exec(sql)?.[0];
  const rest = own === undefined ? ` ${sql}` : `, ${sql.slice(own.length)}`;
  return `WITH ${copies.join(", ")}${rest}`;
}
