import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";

/** Waits until the server has added to the sessions and judged what came in, so that what is measured next has the machine to itself. */
export async function judged(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ waits: boolean }>(
      `SELECT EXISTS (SELECT FROM session_gains) OR EXISTS (SELECT FROM unsettled)
         OR EXISTS (SELECT FROM unreviewed) AS waits`,
    );
    if (!rows[0]?.waits) return;
    await pause(200);
  }
}
