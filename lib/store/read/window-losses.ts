import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * Losses in a window and the sessions they happened to: by who is to answer for
 * them (`node` null), and by pool and node as the app named it (`lost_to` null
 * says nothing there). A loss that names no pool belongs to the pools that its
 * session was in.
 */
export const windowLosses = defineQuery({
  name: "window-losses",
  sql: `
    SELECT grouping(l.lost_to) = 1 AS by_node, l.lost_to, l.pool, l.node,
      count(*) AS losses, count(DISTINCT l.session) AS sessions
    FROM losses l
    WHERE l.pool = ANY ($pools::int[] || 0)
      AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
      AND (l.pool = ANY ($pools::int[]) OR EXISTS (
        SELECT FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[])))
    GROUP BY GROUPING SETS ((l.lost_to), (l.pool, l.node))`,
  spread: `
    WITH told AS MATERIALIZED (
      SELECT l.session, l.lost_to, l.pool, l.node FROM losses l
      WHERE l.pool = ANY ($pools::int[]) AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
      UNION ALL
      SELECT l.session, l.lost_to, l.pool, l.node FROM losses l
      WHERE l.pool = 0 AND 0 <> ALL ($pools::int[])
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
        AND EXISTS (SELECT 1 FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[]))
    )
    SELECT grouping(l.lost_to) = 1 AS by_node, l.lost_to, l.pool, l.node,
      count(*) AS losses, count(DISTINCT l.session) AS sessions
    FROM told l
    GROUP BY GROUPING SETS ((l.lost_to), (l.pool, l.node))`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({
    by_node: z.boolean(),
    lost_to: z.enum(["routing", "storage", "client"]).nullable(),
    pool: z.number().nullable(),
    node: z.string().nullable(),
    losses: z.number(),
    sessions: z.number(),
  }),
});
