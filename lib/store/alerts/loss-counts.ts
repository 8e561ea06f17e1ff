import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "../read/steps";
import { causeColumn } from "../read/verdict-columns";

const told = `
      SELECT l.session, l.at, l.node, l.lost_to, l.pool
      FROM losses l
      WHERE l.pool = ANY ($pools::int[]) AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
      UNION ALL
      SELECT l.session, l.at, l.node, l.lost_to, s.pool
      FROM losses l JOIN sessions s ON s.session = l.session AND s.pool = ANY ($pools::int[])
      WHERE l.pool = 0 AND s.pool <> 0
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
`;

/**
 * Losses of each pool by step, node, what they are laid to, and the session's
 * bounce in the minute before. A loss that names no pool belongs to the pools
 * that its session was in.
 */
export const lossCounts = defineQuery({
  name: "alert-loss-counts",
  sql: `
    WITH told AS (
${told}    )
    SELECT t.pool, date_bin($step::interval, t.at, 'epoch'::timestamptz) AS at, t.node, t.lost_to,
      b.cause, b.from_node, b.lb, count(*) AS n
    FROM told t
    LEFT JOIN LATERAL (
      SELECT b.cause, b.from_node, b.lb FROM bounces b
      WHERE b.session = t.session AND b.pool = t.pool
        AND b.at > t.at - interval '60 seconds' AND b.at < t.at + interval '2 seconds'
      ORDER BY b.at DESC LIMIT 1
    ) b ON true
    GROUP BY 1, 2, 3, 4, 5, 6, 7`,
  spread: `
    WITH told AS MATERIALIZED (${told}    ),
    near AS MATERIALIZED (
      SELECT session, pool, lost_at, cause, from_node, lb FROM (
        SELECT b.session, b.pool, t.at AS lost_at, b.cause, b.from_node, b.lb,
          row_number() OVER (PARTITION BY b.session, b.pool, t.at ORDER BY b.at DESC) AS nth
        FROM (SELECT DISTINCT session, pool, at FROM told) t
        JOIN bounces b ON b.session = t.session AND b.pool = t.pool
          AND b.at > t.at - interval '60 seconds' AND b.at < t.at + interval '2 seconds'
      ) b
      WHERE nth = 1
    )
    SELECT t.pool, date_bin($step::interval, t.at, 'epoch'::timestamptz) AS at, t.node, t.lost_to,
      b.cause, b.from_node, b.lb, count(*) AS n
    FROM told t
    LEFT JOIN near b ON b.session = t.session AND b.pool = t.pool AND b.lost_at = t.at
    GROUP BY 1, 2, 3, 4, 5, 6, 7`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    step: intervalParam,
  }),
  row: z.object({
    pool: z.number(),
    at: z.number(),
    node: z.string().nullable(),
    lost_to: z.enum(["routing", "storage", "client"]).nullable(),
    cause: causeColumn.nullable(),
    from_node: z.number().nullable(),
    lb: z.number().nullable(),
    n: z.number(),
  }),
});
