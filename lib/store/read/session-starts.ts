import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { firstNode } from "../session-places";
import { seenSince } from "./last-seen";

const began = `s.pool = ANY ($pools::int[]) AND ${seenSince("$from::timestamptz")}
      AND s.first_seen >= $from::timestamptz AND s.first_seen < $to::timestamptz
      AND ${firstNode("s")} IS NOT NULL`;

/** How many sessions began on each node in a time. */
export const sessionStarts = defineQuery({
  name: "session-starts",
  sql: `
    SELECT coalesce(b.from_node, ${firstNode("s")}) AS node, count(*) AS n
    FROM sessions s
    LEFT JOIN LATERAL (
      SELECT b.from_node FROM bounces b
      WHERE s.bounces > 0 AND b.session = s.session AND b.pool = s.pool
      ORDER BY b.at, b.id LIMIT 1
    ) b ON true
    WHERE ${began}
    GROUP BY 1`,
  spread: `
    SELECT node, sum(n) AS n FROM (
      SELECT ${firstNode("s")} AS node, count(*) AS n FROM sessions s
      WHERE s.bounces = 0 AND ${began}
      GROUP BY 1
      UNION ALL
      SELECT from_node, count(*) FROM (
        SELECT b.from_node, row_number() OVER (PARTITION BY s.session, s.pool ORDER BY b.at, b.id) AS nth
        FROM sessions s JOIN bounces b ON b.session = s.session AND b.pool = s.pool
        WHERE s.bounces > 0 AND ${began}
      ) b
      WHERE nth = 1 GROUP BY 1
    ) told
    GROUP BY 1`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, to: timestampParam }),
  row: z.object({ node: z.number(), n: z.number() }),
});
