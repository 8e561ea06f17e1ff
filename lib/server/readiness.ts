import { runtime } from "./runtime";

/**
 * Why the server cannot answer now; null when it can.
 *
 * @param waitMs how long the database may take to answer.
 */
export async function unreadiness(waitMs = 3000): Promise<string | null> {
  const { pool, migrations, stopping } = runtime();
  if (stopping.aborted) return "The server is stopping";
  const asked = pool
    .query<{ name: string }>(
      "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
    )
    .then(({ rows }) => {
      const applied = new Set(rows.map(({ name }) => name));
      const missing = migrations.filter((name) => !applied.has(name));
      return missing.length > 0 ? `The database lacks ${missing.join(", ")}` : null;
    })
    .catch(() => "The database does not answer");
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("The database does not answer in time"), waitMs);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
