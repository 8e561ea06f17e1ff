import { timestampText } from "../database";
import type { Queryable } from "../query";
import type { BounceRecord } from "./verdict-rows";

/** What is counted of a bounce. */
export type CountedBounce = Pick<
  BounceRecord,
  "pool" | "at" | "lb" | "cause" | "fromNode" | "toNode"
>;

/** SQL: each bounce in every span that it lies in; `of` are further columns, from the fourth parameter on. */
const inSpans = (of: string, types: string) => `(
       SELECT w.*, g.grain, date_bin(make_interval(mins => g.grain), w.moment, timestamptz 'epoch') AS at
       FROM unnest($2::integer[], $3::timestamptz[], ${types}) AS w (pool, moment, ${of})
       CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
     )`;
const given = inSpans("lb, cause", "$4::integer[], $5::text[]");
const moved = inSpans("from_node, to_node", "$4::integer[], $5::integer[]");

/**
 * Counts bounces in every span that each lies in, by balancer and cause, and by
 * the nodes left and reached. `sign` -1 takes them out again.
 */
export async function countBounces(
  client: Queryable,
  bounces: readonly CountedBounce[],
  sign: 1 | -1,
): Promise<void> {
  if (bounces.length === 0) return;
  const values = [
    sign,
    bounces.map((row) => row.pool),
    bounces.map((row) => timestampText(row.at)),
    bounces.map((row) => row.lb),
    bounces.map((row) => row.cause),
    bounces.map((row) => row.fromNode),
    bounces.map((row) => row.toNode),
  ];
  await client.query(
    `INSERT INTO bounce_spans AS t (pool, grain, at, lb, cause, n)
     SELECT pool, grain, at, lb, cause, $1 * count(*) FROM ${given} b
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (pool, grain, at, lb, cause) DO UPDATE SET n = t.n + excluded.n`,
    values.slice(0, 5),
  );
  await client.query(
    `INSERT INTO move_spans AS t (pool, node, grain, at, departures, arrivals)
     SELECT b.pool, e.node, b.grain, b.at, $1 * sum(e.departures), $1 * sum(e.arrivals)
     FROM ${moved} b
     CROSS JOIN LATERAL (VALUES (b.from_node, 1, 0), (b.to_node, 0, 1)) AS e (node, departures, arrivals)
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
     ON CONFLICT (pool, node, grain, at) DO UPDATE SET
       departures = t.departures + excluded.departures, arrivals = t.arrivals + excluded.arrivals`,
    [...values.slice(0, 3), ...values.slice(5)],
  );
}
