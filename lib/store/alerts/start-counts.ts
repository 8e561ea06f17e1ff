import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { seenSince } from "../read/last-seen";
import { intervalParam } from "../read/steps";
import { firstNode } from "../session-places";

/** Where a pool has very many sessions, those whose hashes come first stand for all. */
const first32nd = "s.session < '08000000-0000-0000-0000-000000000000'";

const begun = (sampled: boolean) => `
      SELECT s.session, s.pool, s.first_seen, ${firstNode("s")} AS node, s.client, s.bounces
      FROM (
        SELECT * FROM unnest($pools::int[], $froms::timestamptz[], $sampled::boolean[]) AS k (pool, from_at, sampled)
        WHERE ${sampled ? "" : "NOT "}sampled
      ) k
      JOIN sessions s ON s.pool = k.pool AND ${seenSince("k.from_at")}
        AND s.first_seen >= k.from_at AND s.first_seen < $to::timestamptz
        AND ${firstNode("s")} IS NOT NULL${sampled ? ` AND ${first32nd}` : ""}`;

/**
 * How many sessions began on each node of each pool, from its own time on, by
 * step, and how many clients began them. Reads sessions_recent, of pools with very many
 * sessions sessions_32nd.
 */
export const startCounts = defineQuery({
  name: "alert-start-counts",
  sql: `
    WITH begun AS MATERIALIZED (${begun(false)}
      UNION ALL${begun(true)}
    ),
    placed AS (
      SELECT pool, first_seen, node, client FROM begun WHERE bounces = 0
      UNION ALL
      SELECT pool, first_seen, from_node, client FROM (
        SELECT s.pool, s.first_seen, s.client, b.from_node,
          row_number() OVER (PARTITION BY s.session, s.pool ORDER BY b.at, b.id) AS nth
        FROM begun s JOIN bounces b ON b.session = s.session AND b.pool = s.pool
        WHERE s.bounces > 0
      ) moved
      WHERE nth = 1
    )
    -- Clients are told apart by a hash: to sort a hundred thousand addresses takes longer than all the rest.
    SELECT pool, at, node, sum(n) AS sessions, count(client) AS clients
    FROM (
      SELECT pool, date_bin($step::interval, first_seen, 'epoch'::timestamptz) AS at, node, client, count(*) AS n
      FROM placed
      GROUP BY 1, 2, 3, 4
    ) of_client
    GROUP BY 1, 2, 3`,
  params: z.object({
    pools: z.array(z.number()),
    froms: z.array(timestampParam),
    sampled: z.array(z.boolean()),
    to: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    pool: z.number(),
    at: z.number(),
    node: z.number(),
    sessions: z.number(),
    clients: z.number(),
  }),
});
