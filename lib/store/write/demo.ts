import type { Pool } from "pg";
import { withTransaction } from "@/lib/store/database";
import { countSessions } from "./session-spans";

/** Are there any sources of demo data? */
export async function hasDemo(db: Pool): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT FROM sources WHERE demo) AS found",
  );
  return rows[0]?.found === true;
}

/** Where rows are kept by pool. */
const tablesByPool = [
  "bounces",
  "losses",
  "changes",
  "node_pairs",
  "node_minutes",
  "node_spans",
  "latency_spans",
  "session_spans",
  "node_session_spans",
  "bounce_spans",
  "move_spans",
  "store_minutes",
  "unsettled",
  "unreviewed",
];

/**
 * Takes all demo data away in one transaction: what the demo's sources sent,
 * the events marked as demo, and what was found from them in the pools that
 * only the demo has (`demoPools`). Names in the dictionaries stay.
 *
 * `locks` are the advisory locks of those who write facts and results, so that
 * nobody reads what is half gone.
 */
export async function removeDemo(
  db: Pool,
  demoPools: readonly string[],
  locks: readonly number[],
): Promise<void> {
  await withTransaction(db, async (client) => {
    for (const lock of locks) await client.query("SELECT pg_advisory_xact_lock($1)", [lock]);
    await client.query(`
      WITH gone AS (
        DELETE FROM request_rows
        WHERE shape IN (SELECT id FROM shapes WHERE source IN (SELECT id FROM sources WHERE demo))
        RETURNING (lpad(to_hex(id), 16, '0') || '0000000000000000')::uuid AS id, started_at
      ), span AS (
        SELECT min(started_at) AS first, max(started_at) AS last FROM gone
      )
      DELETE FROM request_correlations c USING gone, span
      WHERE c.id = gone.id AND c.started_at = gone.started_at
        AND c.started_at BETWEEN span.first AND span.last`);
    await client.query(`
      WITH gone AS (DELETE FROM session_events WHERE demo RETURNING id, at)
      DELETE FROM event_correlations c USING gone WHERE c.id = gone.id AND c.at = gone.at`);
    const { rows } = await client.query<{ session: string }>(
      "SELECT DISTINCT session FROM sessions WHERE demo",
    );
    const sessions = rows.map((row) => row.session);
    for (const table of ["snapshots", "annotations"])
      await client.query(`DELETE FROM ${table} WHERE session = ANY ($1::uuid[])`, [sessions]);
    await countSessions(client, sessions, -1);
    await client.query("DELETE FROM sessions WHERE demo");
    // Of those that were in somebody else's pools too, that much stays.
    await countSessions(client, sessions, 1);
    const pools = await client.query<{ id: number }>(
      "SELECT id FROM pools WHERE name = ANY ($1::text[])",
      [demoPools],
    );
    const ids = pools.rows.map((row) => row.id);
    for (const table of tablesByPool)
      await client.query(`DELETE FROM ${table} WHERE pool = ANY ($1::integer[])`, [ids]);
    await client.query("DELETE FROM alerts WHERE pool = ANY ($1::text[])", [demoPools]);
    for (const table of ["changes", "rejects", "source_minutes", "source_steps"])
      await client.query(
        `DELETE FROM ${table} WHERE source IN (SELECT id FROM sources WHERE demo)`,
      );
    await client.query("DELETE FROM sources WHERE demo");
  });
}
