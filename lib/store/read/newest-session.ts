import { z } from "zod";
import { defineQuery } from "../query";
import { latestFirst } from "./last-seen";
import { perPool } from "./pool-branches";

/** When each pool last saw a session. Of each pool, those of the newest quarter of an hour are looked at. */
export const newestSession = defineQuery({
  name: "newest-session",
  sql: `
    SELECT k.pool, n.last_seen AS at
    FROM unnest($pools::int[]) AS k (pool)
    CROSS JOIN LATERAL (
      SELECT s.last_seen FROM sessions s WHERE s.pool = k.pool ORDER BY ${latestFirst} LIMIT 1
    ) n`,
  spread: ({ pools }) =>
    perPool(
      pools,
      (pool) =>
        `SELECT s.pool, s.last_seen AS at FROM sessions s WHERE s.pool = ${pool} ORDER BY ${latestFirst} LIMIT 1`,
    ),
  params: z.object({ pools: z.array(z.number()) }),
  row: z.object({ pool: z.number(), at: z.number() }),
});
